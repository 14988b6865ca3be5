package io.herd.udfs.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of a model at a commit, read from the Hub. Large ones lie on another host, at signed
 * addresses that expire after about an hour: an address is used as long as it works, because each
 * new one counts towards the Hub's limit of requests.
 */
final class HubFiles implements FileSource {
  private static final int PARTIAL = 206;
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");

  private final HubHttp http;
  private final Retries retries;
  private final HubAccess access;
  private final HubErrors errors;
  private final RepoId id;
  private final String commit;
  private final Map<String, URI> signed = new ConcurrentHashMap<>();
  private volatile boolean ranges = true;

  HubFiles(HubHttp http, Retries retries, HubAccess access, RepoId id, String commit) {
    this.http = http;
    this.retries = retries;
    this.access = access;
    this.errors = new HubErrors(access);
    this.id = id;
    this.commit = commit;
  }

  /** Returns false once a server sent a whole file for a range. */
  @Override
  public boolean parallel() {
    return ranges;
  }

  @Override
  public InputStream open(ModelManifest.Entry file, long from, long to)
      throws IOException, InterruptedException {
    boolean whole = from == 0 && to == file.bytes();
    Map<String, String> headers =
        whole
            ? Map.of("Accept-Encoding", "identity")
            : Map.of("Accept-Encoding", "identity", "Range", "bytes=" + from + "-" + (to - 1));
    HttpResponse<InputStream> response = response(file, headers);
    ranges &= whole || response.statusCode() == PARTIAL;
    try {
      return at(from, file, response);
    } catch (IOException e) {
      response.body().close();
      throw e;
    }
  }

  private HttpResponse<InputStream> response(ModelManifest.Entry file, Map<String, String> headers)
      throws IOException, InterruptedException {
    AtomicReference<HttpResponse<InputStream>> good = new AtomicReference<>();
    Answer answer;
    try {
      answer = retries.of(file.name(), Retries::worthIt, () -> ask(file, headers, good));
    } catch (IOException e) { // it has been tried often enough
      throw errors.of(e, address(file));
    }
    if (good.get() == null) {
      refuse(file, answer);
    }
    return good.get();
  }

  /** Leaves a good response, unread, in {@code good}; reads any other. */
  private Answer ask(
      ModelManifest.Entry file,
      Map<String, String> headers,
      AtomicReference<HttpResponse<InputStream>> good)
      throws IOException, InterruptedException {
    URI resolve = address(file);
    URI first = signed.getOrDefault(file.name(), resolve);
    boolean token = access.token().isPresent();
    HttpResponse<InputStream> response = http.send("GET", first, headers, token);
    boolean fine = response.statusCode() == 200 || response.statusCode() == PARTIAL;
    boolean elsewhere = !Addresses.sameOrigin(response.uri(), resolve);
    if (!fine) {
      signed.remove(file.name());
      return Answer.of(response, token && !elsewhere, access.env().patience()).withoutToken(access);
    }
    if (elsewhere) {
      signed.put(file.name(), response.uri());
    }
    good.set(response);
    return new Answer(
        response.uri(), response.statusCode(), response.headers(), "", token && !elsewhere);
  }

  private void refuse(ModelManifest.Entry file, Answer answer) throws IOException {
    boolean elsewhere = !access.isHub(answer.uri());
    if (elsewhere && (answer.status() == 401 || answer.status() == 403)) {
      // whoever fetches tries again, and then gets a new address
      throw new IOException("the address of " + file.name() + " has expired");
    }
    throw errors.of(answer, Subject.file(id, commit, file.name()));
  }

  private URI address(ModelManifest.Entry file) {
    return URI.create(
        access.endpoint() + "/" + id + "/resolve/" + commit + "/" + Addresses.path(file.name()));
  }

  /** Returns the stream from a given byte, whether or not the server supports ranges. */
  private static InputStream at(
      long from, ModelManifest.Entry file, HttpResponse<InputStream> response) throws IOException {
    if (response.statusCode() != PARTIAL) {
      response.body().skipNBytes(from);
      return response.body();
    }
    String range = response.headers().firstValue("Content-Range").orElse("none");
    Matcher match = CONTENT_RANGE.matcher(range);
    if (!match.matches() || !match.group(1).equals(Long.toString(from))) {
      throw new IOException("the server sent other bytes than it was asked for");
    }
    String total = match.group(2);
    if (!total.equals("*") && !total.equals(Long.toString(file.bytes()))) {
      // a part of it would be mixed with parts of the right one
      throw new IOException(
          "the server has another file of this name: of "
              + total
              + " bytes, where the Hub lists one of "
              + file.bytes());
    }
    return response.body();
  }
}
