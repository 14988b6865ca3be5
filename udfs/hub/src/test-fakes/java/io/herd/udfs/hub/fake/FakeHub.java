package io.herd.udfs.hub.fake;

import io.herd.udfs.hub.fake.FakeRequest.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A Hub for tests, which keeps what it was asked for and fails as it is told to. */
public final class FakeHub implements AutoCloseable {
  private final FakeDirectory directory = new FakeDirectory();
  private final FakeFaults faults = new FakeFaults();
  private final FakeCdn cdn = new FakeCdn(faults);
  private final List<FakeRequest> requests = new CopyOnWriteArrayList<>();
  private final FakeApi api;
  private final FakeEndpoint hub;
  private final FakeServer endpointServer;
  private final FakeServer cdnServer;
  private volatile Duration clockOff = Duration.ZERO;

  private FakeHub() throws IOException {
    FakeGate gate = new FakeGate(directory);
    api = new FakeApi(gate, this::endpoint);
    hub =
        new FakeEndpoint(
            directory, gate, api, new FakeFiles(gate, cdn, new FakeRanges(faults), this::cdn));
    cdnServer = new FakeServer(Server.CDN, this::answer);
    endpointServer = new FakeServer(Server.ENDPOINT, this::answer);
  }

  /** An empty one. */
  public static FakeHub start() {
    try {
      return new FakeHub();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The Hub's address, what HF_ENDPOINT names. */
  public URI endpoint() {
    return endpointServer.uri();
  }

  /** The address of the host of large files. */
  public URI cdn() {
    return cdnServer.uri();
  }

  /** A repository; an empty, public one if there is none of that name yet. */
  public FakeRepo repo(String id) {
    return directory.repo(id);
  }

  /** The account with a token; one that may read and was let in nowhere if there is none yet. */
  public FakeAccount account(String token) {
    return directory.account(token);
  }

  /** An old name leads to a new one. */
  public FakeHub renamed(String from, String to) {
    directory.renamed(from, to);
    return this;
  }

  /** A list of files has at most so many entries on a page. */
  public FakeHub pageSize(int entries) {
    api.pageSize(entries);
    return this;
  }

  /** What was asked for so far, by either server, in the order of the answers. */
  public List<FakeRequest> requests() {
    return List.copyOf(requests);
  }

  /** Forgets what was asked for. */
  public void forget() {
    requests.clear();
  }

  /** So many of the requests that match are answered like this. */
  public FakeHub answer(Predicate<FakeRequest> when, int times, FakeAnswer answer) {
    faults.answer(when, times, answer);
    return this;
  }

  /**
   * The connection breaks off before these bytes of a large file, once at each: at the first answer
   * that has it.
   */
  public FakeHub cutAfter(long... bytes) {
    for (long position : bytes) {
      faults.cutAt(position);
    }
    return this;
  }

  /** Ranges are not known: the whole file is sent, with status 200. */
  public FakeHub ignoreRanges() {
    faults.ignoreRanges();
    return this;
  }

  /** A signed URL works so many times. */
  public FakeHub expireUrlsAfter(int uses) {
    faults.expireUrlsAfter(uses);
    return this;
  }

  /** A byte of the file is wrong whenever it is sent, until it is healed. */
  public FakeHub corrupt(String file) {
    faults.corrupt(file);
    return this;
  }

  /** The file is sent right again. */
  public FakeHub heal(String file) {
    faults.heal(file);
    return this;
  }

  /** Files come slowly; 0 for as fast as they can. */
  public FakeHub throttle(long bytesPerSecond) {
    faults.throttle(bytesPerSecond);
    return this;
  }

  /** The servers' clock is off by so much. */
  public FakeHub clockOff(Duration by) {
    clockOff = by;
    return this;
  }

  private FakeAnswer answer(FakeRequest request) {
    FakeAnswer answer = faults.instead(request).orElseGet(() -> regular(request));
    requests.add(request.answered(answer.status()));
    return answer;
  }

  private FakeAnswer regular(FakeRequest request) {
    FakeAnswer answer = request.server() == Server.CDN ? cdn.answer(request) : labelled(request);
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC).plus(clockOff);
    return answer.with("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(now));
  }

  private FakeAnswer labelled(FakeRequest request) {
    String kind = request.path().contains("/resolve/") ? "resolvers" : "api";
    return hub.answer(request)
        .with("x-request-id", "Root=1-fake-" + requests.size())
        .with("RateLimit", "\"" + kind + "\";r=900;t=120")
        .with("RateLimit-Policy", "\"fixed window\";\"" + kind + "\";q=1000;w=300");
  }

  @Override
  public void close() {
    try {
      endpointServer.close();
      cdnServer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
