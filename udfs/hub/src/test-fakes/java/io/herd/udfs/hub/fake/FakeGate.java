package io.herd.udfs.hub.fake;

import java.util.Optional;

/** Refuses, in the Hub's words. Empty means: may pass. */
final class FakeGate {
  private final FakeDirectory directory;

  FakeGate(FakeDirectory directory) {
    this.directory = directory;
  }

  /** A token that came along has to be a good one, for public repositories, too. */
  Optional<FakeAnswer> token(FakeRequest request) {
    if (request.header("authorization").isEmpty()) {
      return Optional.empty();
    }
    Optional<FakeAccount> account = directory.find(request);
    if (account.isEmpty() || account.get().state() == FakeAccount.State.REVOKED) {
      return refuse(401, "", "Invalid credentials in Authorization header");
    }
    if (account.get().state() == FakeAccount.State.EXPIRED) {
      String name = account.get().nameOfToken();
      return refuse(401, "", "User Access Token \"" + name + "\" is expired");
    }
    return Optional.empty();
  }

  /** May know that the repository is there. */
  Optional<FakeAnswer> seeing(FakeRequest request, Optional<FakeRepo> repo) {
    Optional<FakeAccount> account = directory.find(request);
    if (account.isPresent() && !account.get().policy().isEmpty()) {
      return refuse(403, "", account.get().policy());
    }
    boolean seen =
        repo.isPresent()
            && (!repo.get().hidden() || account.map(a -> a.sees(repo.get())).orElse(false));
    if (!seen) {
      return account.isEmpty()
          ? refuse(401, "", "Invalid username or password.")
          : refuse(404, "RepoNotFound", "Repository not found");
    }
    return repo.get().closed()
        ? refuse(403, "", "Access to this resource is disabled.")
        : Optional.empty();
  }

  /** May read the repository's files. */
  Optional<FakeAnswer> reading(FakeRequest request, FakeRepo repo) {
    if (!repo.needsDecision()) {
      return Optional.empty();
    }
    Optional<FakeAccount> account = directory.find(request);
    if (account.isEmpty()) {
      return refuse(
          401,
          "GatedRepo",
          "Access to model %s is restricted. You must have access to it and be authenticated to access it. Please log in."
              .formatted(repo.id()));
    }
    return account.get().readsGated()
        ? decided(account.get().decision(repo), repo.id())
        : refuse(
            403,
            "",
            "Please enable access to public gated repositories in your fine-grained token settings to view this repository.");
  }

  private static Optional<FakeAnswer> decided(FakeAccount.Decision decision, String id) {
    String message =
        switch (decision) {
          case ACCEPTED -> "";
          case NONE ->
              "Access to model %1$s is restricted and you are not in the authorized list. Visit https://huggingface.co/%1$s to ask for access.";
          case PENDING ->
              "Your request to access model %1$s is awaiting a review from the repo authors.";
          case REJECTED ->
              "Your request to access model %1$s has been rejected by the repo's authors.";
          case RESET ->
              "Your request to access model %1$s has been reset by the repo's authors. Visit https://huggingface.co/%1$s to submit a new request.";
        };
    return message.isEmpty() ? Optional.empty() : refuse(403, "GatedRepo", message.formatted(id));
  }

  private static Optional<FakeAnswer> refuse(int status, String code, String message) {
    return Optional.of(FakeAnswer.error(status, code, message));
  }
}
