package io.herd.udfs.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Calls the Hub's API, with the token if there is one. */
public final class HubClient {
  private static final String COMMIT = "X-Repo-Commit";
  private static final int MOST_PAGES = 1_000;
  private static final int MOST_FILES = 100_000;

  /** Maximum total delay when the Hub asks to retry later. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final HubHttp http;
  private final Retries retries;
  private final HubAccess access;
  private final HubErrors errors;

  public HubClient(HubEnvironment env, Optional<FoundToken> token) {
    this(env, token, Retries.within(PATIENCE));
  }

  HubClient(HubEnvironment env, Optional<FoundToken> token, Retries retries) {
    this(new HubHttp(env, token.map(FoundToken::secret)), retries, new HubAccess(env, token));
  }

  private HubClient(HubHttp http, Retries retries, HubAccess access) {
    this.http = http;
    this.retries = retries;
    this.access = access;
    this.errors = new HubErrors(access);
  }

  /** Returns a copy of this client whose messages name the account. */
  HubClient as(WhoAmI account) {
    return new HubClient(http, retries, access.as(account));
  }

  /** Returns a copy of this client without the token. */
  HubClient anonymous() {
    HubAccess anonymous = access.anonymous();
    return new HubClient(anonymous.env(), anonymous.token(), retries);
  }

  HubAccess access() {
    return access;
  }

  HubErrors errors() {
    return errors;
  }

  /**
   * Asks which account the token belongs to. The Hub is strict about how often it is asked this:
   * once a run. Not asked again after a 429: it can be done without.
   */
  Answer askWhoAmI() {
    Predicate<Integer> again = status -> status != 429 && Retries.worthIt(status);
    return ask("GET", uri("/api/whoami-v2"), Subject.account(), again);
  }

  /**
   * Returns the Hub's public information about a model, which doesn't prove access.
   *
   * @throws io.herd.udfs.HerdException when it doesn't
   */
  public ModelInfo info(RepoId id, String revision) {
    return info(askInfo(id, revision), id, revision);
  }

  ModelInfo info(Answer answer, RepoId id, String revision) {
    Subject subject = Subject.model(id, revision);
    ModelInfo info = ModelInfo.of(object(answer, subject), id);
    if (info.disabled()) {
      throw AccessErrors.disabled(errors, subject, HubErrors.id(answer));
    }
    if (!info.commit().matches("[0-9a-f]{40}")) {
      throw errors.notTheHub(answer, subject);
    }
    return info;
  }

  Answer askInfo(RepoId id, String revision) {
    return ask(
        "GET",
        uri("/api/models/" + id + "/revision/" + Addresses.segment(revision)),
        Subject.model(id, revision),
        Retries::worthIt);
  }

  /**
   * Verifies that the model's files may be read. The README of a gated model is open to all, so it
   * has to be another file.
   *
   * @throws io.herd.udfs.HerdException when they may not, saying why
   */
  public void proveAccess(RepoId id, String commit, RepoKind kind) {
    Subject subject = Subject.file(id, commit, kind.probe());
    URI uri = uri("/" + id + "/resolve/" + commit + "/" + kind.probe());
    Answer answer = ask("HEAD", uri, subject, Retries::worthIt);
    boolean known = answer.header(COMMIT).isPresent();
    if (answer.status() >= 400) {
      throw errors.of(answer, subject);
    }
    if (!known && answer.html()) {
      throw errors.notTheHub(answer, subject);
    }
  }

  /**
   * Returns all files of a model, with the digests that verify them.
   *
   * @throws io.herd.udfs.HerdException when the Hub hides them from this account
   */
  public List<ModelManifest.Entry> tree(RepoId id, String commit) {
    Subject subject = Subject.model(id, commit);
    List<ModelManifest.Entry> files = new ArrayList<>();
    TreePage parser = new TreePage(access, errors, id);
    Optional<URI> next =
        Optional.of(uri("/api/models/" + id + "/tree/" + commit + "?recursive=true&expand=false"));
    for (int page = 0; next.isPresent(); page++) {
      Answer answer = ask("GET", next.get(), subject, Retries::worthIt);
      JsonElement list = json(answer, subject);
      if (!list.isJsonArray() || page == MOST_PAGES || files.size() > MOST_FILES) {
        throw errors.notTheHub(answer, subject); // such a list would go on for ever
      }
      files.addAll(parser.files(list.getAsJsonArray()));
      next = parser.next(answer);
    }
    return files;
  }

  /** Returns the weight files that a model's index names. */
  List<String> shards(RepoId id, String commit, ModelManifest.Entry index) {
    String what = index.name() + " of " + id;
    if (index.bytes() > ShardIndex.MOST_BYTES) {
      throw new UserException(
          what + " has " + index.bytes() + " bytes", "choose another model: no index is so large.");
    }
    FileSource files = files(id, commit);
    URI uri = uri("/" + id + "/resolve/" + commit + "/" + index.name());
    try {
      Answer read = retries.of(what, any -> false, () -> whole(files, index, uri));
      return ShardIndex.names(read.body(), what);
    } catch (IOException e) {
      throw errors.of(e, uri);
    } catch (InterruptedException e) {
      throw SystemException.interrupted("reading " + what, e);
    }
  }

  /** Reads a small file as a response; an interrupted one is requested again. */
  private static Answer whole(FileSource files, ModelManifest.Entry file, URI uri)
      throws IOException, InterruptedException {
    try (InputStream in = files.open(file, 0, file.bytes())) {
      byte[] bytes = in.readNBytes((int) file.bytes());
      if (bytes.length < file.bytes()) {
        throw new EOFException(file.name() + " broke off after " + bytes.length + " bytes");
      }
      HttpHeaders none = HttpHeaders.of(Map.of(), (name, value) -> true);
      return new Answer(uri, 200, none, new String(bytes, StandardCharsets.UTF_8), false);
    }
  }

  /** Returns a model's files at a commit. */
  public FileSource files(RepoId id, String commit) {
    return new HubFiles(http, retries, access, id, commit);
  }

  private JsonObject object(Answer answer, Subject subject) {
    JsonElement json = json(answer, subject);
    if (!json.isJsonObject()) {
      throw errors.notTheHub(answer, subject);
    }
    return json.getAsJsonObject();
  }

  private JsonElement json(Answer answer, Subject subject) {
    if (!answer.ok()) {
      throw errors.of(answer, subject);
    }
    return answer.json().orElseThrow(() -> errors.notTheHub(answer, subject));
  }

  private Answer ask(String method, URI uri, Subject subject, Predicate<Integer> again) {
    boolean token = access.token().isPresent();
    Map<String, String> headers = Map.of("Accept-Encoding", "identity");
    try {
      return retries.of(
          "the Hub, asked for " + subject,
          again,
          () -> {
            var response =
                http.send(
                    method, uri, headers, token, it -> it.headers().firstValue(COMMIT).isPresent());
            boolean sent = token && access.isHub(response.uri());
            return Answer.of(response, sent, access.env().patience()).withoutToken(access);
          });
    } catch (IOException e) {
      throw errors.of(e, uri);
    } catch (InterruptedException e) {
      throw SystemException.interrupted("asking the Hub for " + subject, e);
    }
  }

  private URI uri(String path) {
    return URI.create(access.endpoint() + path);
  }
}
