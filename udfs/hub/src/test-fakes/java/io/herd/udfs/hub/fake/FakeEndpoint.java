package io.herd.udfs.hub.fake;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The Hub itself: finds out who asks for what. */
final class FakeEndpoint {
  private final FakeDirectory directory;
  private final FakeGate gate;
  private final FakeApi api;
  private final FakeFiles files;

  FakeEndpoint(FakeDirectory directory, FakeGate gate, FakeApi api, FakeFiles files) {
    this.directory = directory;
    this.gate = gate;
    this.api = api;
    this.files = files;
  }

  /** Errors of the API come as JSON, those of pages as plain text. */
  FakeAnswer answer(FakeRequest request) {
    FakeAnswer answer = found(request);
    String message = answer.headers().get("X-Error-Message");
    return message == null || request.path().startsWith("/api/")
        ? answer
        : answer
            .with("Content-Type", "text/plain; charset=utf-8")
            .with(message.getBytes(StandardCharsets.UTF_8));
  }

  private FakeAnswer found(FakeRequest request) {
    Optional<FakeAnswer> refused = gate.token(request);
    if (refused.isPresent()) {
      return refused.get();
    }
    if (request.path().equals("/api/whoami-v2")) {
      return whoAmI(request);
    }
    Optional<FakeRoute> route = FakeRoute.of(request.path());
    return route.isPresent()
        ? routed(request, route.get())
        : FakeAnswer.error(404, "", "Sorry, we can't find the page you are looking for.");
  }

  private FakeAnswer whoAmI(FakeRequest request) {
    return directory
        .find(request)
        .map(account -> FakeAnswer.json(account.whoAmI()))
        .orElseGet(
            () ->
                FakeAnswer.error(401, "", "Invalid username or password.")
                    .with("WWW-Authenticate", "Bearer realm=\"Authentication required\""));
  }

  private FakeAnswer routed(FakeRequest request, FakeRoute route) {
    Optional<String> newName = directory.newName(route.id());
    Optional<FakeRepo> repo = directory.find(newName.orElse(route.id()));
    Optional<FakeAnswer> refused = gate.seeing(request, repo);
    if (refused.isPresent()) {
      return refused.get();
    }
    return newName.isPresent()
        ? moved(request, route.id(), newName.get())
        : about(request, repo.orElseThrow(), route);
  }

  private static FakeAnswer moved(FakeRequest request, String from, String to) {
    String query = request.query().isEmpty() ? "" : "?" + request.query();
    String path = request.path().replace("/" + from, "/" + to) + query;
    return FakeAnswer.text(307, "Temporary Redirect. Redirecting to " + path)
        .with("Location", path);
  }

  private FakeAnswer about(FakeRequest request, FakeRepo repo, FakeRoute route) {
    return switch (route.action()) {
      case "resolve" -> files.resolve(request, repo, route);
      case "resolve-cache" -> files.fromCache(request, repo, route);
      case "tree" -> api.tree(request, repo, route);
      case "auth-check" -> api.authCheck(request, repo);
      case "refs" -> api.refs(repo);
      default -> api.info(request, repo, route);
    };
  }
}
