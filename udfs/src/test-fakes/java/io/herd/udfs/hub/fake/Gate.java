package io.herd.udfs.hub.fake;

import java.util.List;
import java.util.Optional;

/** Who gets in, and what the others are told. */
final class Gate {
  private static final List<String> PUBLIC_FILES =
      List.of("README.md", "LICENSE", "LICENSE.md", "LICENSE.txt");

  private Gate() {}

  /** What somebody is told instead of a repository's description. */
  static Optional<FakeAnswer> refuseInfo(FakeRepo repo, Optional<FakeAccount> account) {
    boolean invisible =
        repo == null || !account.map(it -> it.sees(repo)).orElseGet(() -> !repo.hidden());
    if (invisible) {
      return Optional.of(
          account.isPresent()
              ? FakeAnswer.error(404, "RepoNotFound", "Repository not found")
              : unauthenticated());
    }
    return repo.closed()
        ? Optional.of(FakeAnswer.error(403, "", "Access to this resource is disabled."))
        : Optional.empty();
  }

  /** What somebody is told instead of a file. */
  static Optional<FakeAnswer> refuseFile(
      FakeRepo repo, Optional<FakeAccount> account, String file) {
    Optional<FakeAnswer> refused = refuseInfo(repo, account);
    return refused.isPresent() || PUBLIC_FILES.contains(file)
        ? refused
        : refuseContent(repo, account);
  }

  /** What a gate's keepers say; a repository that is no secret has no other obstacle. */
  static Optional<FakeAnswer> refuseContent(FakeRepo repo, Optional<FakeAccount> account) {
    if (!repo.needsDecision()) {
      return Optional.empty();
    }
    if (account.isEmpty()) {
      return gated(
          401,
          "Access to model %s is restricted. You must have access to it and be authenticated to"
              + " access it. Please log in.",
          repo);
    }
    if (!account.get().readsGated()) {
      return Optional.of(
          FakeAnswer.error(
              403,
              "",
              "Please enable access to public gated repositories in your fine-grained token"
                  + " settings to view this repository."));
    }
    return switch (account.get().decision(repo)) {
      case ACCEPTED -> Optional.empty();
      case NONE ->
          gated(
              403,
              "Access to model %1$s is restricted and you are not in the authorized list. Visit"
                  + " https://huggingface.co/%1$s to ask for access.",
              repo);
      case PENDING ->
          gated(
              403,
              "Your request to access model %s is awaiting a review from the repo authors.",
              repo);
      case REJECTED ->
          gated(
              403,
              "Your request to access model %s has been rejected by the repo's authors.",
              repo);
      case RESET ->
          gated(
              403,
              "Your request to access model %1$s has been reset by the repo's authors. Visit"
                  + " https://huggingface.co/%1$s to submit a new request.",
              repo);
    };
  }

  /** There was no token, or nothing that it could be good for. */
  static FakeAnswer unauthenticated() {
    return FakeAnswer.error(401, "", "Invalid username or password.")
        .with("WWW-Authenticate", "Bearer realm=\"Authentication required\"");
  }

  private static Optional<FakeAnswer> gated(int status, String message, FakeRepo repo) {
    return Optional.of(FakeAnswer.error(status, "GatedRepo", message.formatted(repo.id())));
  }
}
