package io.herd.udfs.hub.fake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/** {@code /resolve}: small files from the Hub's own cache, large ones from the other host. */
final class FileRoutes {
  private static final Pattern RESOLVE =
      Pattern.compile("/(?<id>[^/]+(?:/[^/]+)?)/resolve/(?<rev>[^/]+)/(?<file>.+)");
  private static final Pattern CACHE =
      Pattern.compile(
          "/api/resolve-cache/models/(?<id>[^/]+(?:/[^/]+)?)/(?<rev>[0-9a-f]{40})/(?<file>.+)");

  private final Repos repos;
  private final Accounts accounts;
  private final Bodies bodies;
  private final Cdn cdn;
  private final Supplier<String> cdnHost;

  FileRoutes(Repos repos, Accounts accounts, Bodies bodies, Cdn cdn, Supplier<String> cdnHost) {
    this.repos = repos;
    this.accounts = accounts;
    this.bodies = bodies;
    this.cdn = cdn;
    this.cdnHost = cdnHost;
  }

  /** Empty when the path is of another kind. */
  Optional<FakeAnswer> answer(FakeRequest request) {
    Matcher cached = CACHE.matcher(request.path());
    Matcher resolved = RESOLVE.matcher(request.path());
    if (cached.matches()) {
      return Optional.of(named(request, cached, true));
    }
    return resolved.matches() ? Optional.of(named(request, resolved, false)) : Optional.empty();
  }

  private FakeAnswer named(FakeRequest request, Matcher path, boolean fromCache) {
    String id = Paths.decode(path.group("id"));
    Optional<String> properName = repos.properName(id);
    if (properName.isPresent()) {
      return Paths.moved(request, id, properName.get());
    }
    FakeRepo repo = repos.find(id);
    String name = Paths.decode(path.group("file"));
    Optional<FakeAnswer> refused = Gate.refuseFile(repo, accounts.of(request), name);
    if (refused.isPresent()) {
      return refused.get();
    }
    String revision = Paths.decode(path.group("rev"));
    Optional<FakeCommit> commit = repo.at(revision);
    if (commit.isEmpty()) {
      return FakeAnswer.error(404, "RevisionNotFound", "Invalid rev id: " + revision);
    }
    FakeFile file = commit.get().files().get(name);
    FakeAnswer answer =
        file == null
            ? FakeAnswer.error(404, "EntryNotFound", "Entry not found")
            : fromCache ? fromCache(request, file) : resolve(repo, commit.get(), file);
    return answer.with("X-Repo-Commit", commit.get().id());
  }

  private FakeAnswer resolve(FakeRepo repo, FakeCommit commit, FakeFile file) {
    if (!file.large()) {
      String path =
          "/api/resolve-cache/models/%s/%s/%s?etag=%s"
              .formatted(
                  repo.id(),
                  commit.id(),
                  Paths.encodeAll(file.name()),
                  Paths.encode(quoted(file.oid())));
      return FakeAnswer.text(307, "Temporary Redirect. Redirecting to " + path)
          .with("Location", path);
    }
    String address = cdnHost.get() + cdn.sign(file);
    return FakeAnswer.text(302, "Found. Redirecting to " + address)
        .with("Location", address)
        .with("X-Linked-Size", Long.toString(file.size()))
        .with("X-Linked-ETag", quoted(file.sha256()))
        .with("X-Xet-Hash", file.xetHash())
        .with("Accept-Ranges", "bytes");
  }

  private FakeAnswer fromCache(FakeRequest request, FakeFile file) {
    String etag = quoted(file.oid());
    if (request.header("if-none-match").filter(etag::equals).isPresent()) {
      return FakeAnswer.of(304).with("ETag", etag);
    }
    FakeAnswer answer =
        request.header("accept-encoding").filter(value -> value.contains("gzip")).isPresent()
            ? FakeAnswer.of(200).with(gzipped(file)).with("Content-Encoding", "gzip")
            : bodies.answer(request, file);
    return answer.with("ETag", etag);
  }

  private static byte[] gzipped(FakeFile file) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      file.content().send(0, file.size(), Channels.newChannel(zip));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String quoted(String hash) {
    return '"' + hash + '"';
  }
}
