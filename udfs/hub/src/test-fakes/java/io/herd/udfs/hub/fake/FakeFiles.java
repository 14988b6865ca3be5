package io.herd.udfs.hub.fake;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The Hub's way to a file: small ones come from itself, for large ones it names a signed URL. */
final class FakeFiles {
  private static final Set<String> OPEN_IN_GATED =
      Set.of("README.md", "LICENSE", "LICENSE.md", "LICENSE.txt");

  private final FakeGate gate;
  private final FakeCdn cdn;
  private final FakeRanges ranges;
  private final Supplier<URI> cdnUri;

  FakeFiles(FakeGate gate, FakeCdn cdn, FakeRanges ranges, Supplier<URI> cdnUri) {
    this.gate = gate;
    this.cdn = cdn;
    this.ranges = ranges;
    this.cdnUri = cdnUri;
  }

  /** Answers what asks for a file where it really is. */
  private interface Found {
    FakeAnswer answer(FakeCommit commit, FakeFile file);
  }

  FakeAnswer resolve(FakeRequest request, FakeRepo repo, FakeRoute route) {
    return find(
        request,
        repo,
        route,
        (commit, file) -> file.large() ? elsewhere(file) : cached(repo, commit, file));
  }

  FakeAnswer fromCache(FakeRequest request, FakeRepo repo, FakeRoute route) {
    return find(request, repo, route, (commit, file) -> small(request, file));
  }

  private FakeAnswer find(FakeRequest request, FakeRepo repo, FakeRoute route, Found found) {
    Optional<FakeAnswer> refused =
        OPEN_IN_GATED.contains(route.path()) ? Optional.empty() : gate.reading(request, repo);
    if (refused.isPresent()) {
      return refused.get();
    }
    Optional<FakeCommit> commit = repo.at(route.revision());
    if (commit.isEmpty()) {
      return FakeAnswer.error(404, "RevisionNotFound", "Invalid rev id: " + route.revision());
    }
    FakeFile file = commit.get().files().get(route.path());
    FakeAnswer answer =
        file == null
            ? FakeAnswer.error(404, "EntryNotFound", "Entry not found")
            : found.answer(commit.get(), file);
    return answer.with("X-Repo-Commit", commit.get().id());
  }

  private FakeAnswer elsewhere(FakeFile file) {
    return FakeAnswer.text(302, "Found. Redirecting to somewhere else")
        .with("Location", cdnUri.get() + cdn.sign(file))
        .with("X-Linked-Size", String.valueOf(file.size()))
        .with("X-Linked-Etag", "\"" + file.etag() + "\"")
        .with("X-Xet-Hash", file.xetHash())
        .with("Accept-Ranges", "bytes");
  }

  private static FakeAnswer cached(FakeRepo repo, FakeCommit commit, FakeFile file) {
    String path =
        "/api/resolve-cache/models/%s/%s/%s?etag=%s"
            .formatted(
                repo.id(), commit.id(), encoded(file.name()), encoded("\"" + file.etag() + "\""));
    return FakeAnswer.text(307, "Temporary Redirect. Redirecting to " + path)
        .with("Location", path)
        .with("X-Linked-Size", String.valueOf(file.size()))
        .with("X-Linked-Etag", "\"" + file.etag() + "\"");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }

  private FakeAnswer small(FakeRequest request, FakeFile file) {
    String etag = "\"" + file.etag() + "\"";
    if (request.header("if-none-match").orElse("").equals(etag)) {
      return FakeAnswer.of(304).with("ETag", etag);
    }
    return ranges.answer(request, file).with("ETag", etag).with("Content-Type", "text/plain");
  }
}
