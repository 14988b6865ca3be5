package io.herd.udfs.hub.fake;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /api}: who is asking, what a model is, which files it has. */
final class ApiRoutes {
  private static final Pattern MODEL =
      Pattern.compile(
          "/api/models/(?<id>[^/]+(?:/(?!(?:revision|tree|auth-check|refs)(?:/|$))[^/]+)?)"
              + "(?:/(?<verb>revision|tree|auth-check|refs)(?:/(?<rev>[^/]+)(?:/(?<path>.+))?)?)?");

  private final Repos repos;
  private final Accounts accounts;
  private volatile int pageSize = 1000;

  ApiRoutes(Repos repos, Accounts accounts) {
    this.repos = repos;
    this.accounts = accounts;
  }

  void setPageSize(int files) {
    pageSize = files;
  }

  FakeAnswer answer(FakeRequest request) {
    if (request.path().equals("/api/whoami-v2")) {
      return accounts
          .of(request)
          .map(account -> FakeAnswer.json(account.whoAmI()))
          .orElseGet(Gate::unauthenticated);
    }
    Matcher path = MODEL.matcher(request.path());
    return path.matches()
        ? model(request, path)
        : FakeAnswer.error(404, "", "Sorry, we can't find the page you are looking for.");
  }

  private FakeAnswer model(FakeRequest request, Matcher path) {
    String id = Paths.decode(path.group("id"));
    Optional<String> properName = repos.properName(id);
    if (properName.isPresent()) {
      return Paths.moved(request, id, properName.get());
    }
    FakeRepo repo = repos.find(id);
    Optional<FakeAccount> account = accounts.of(request);
    return Gate.refuseInfo(repo, account).orElseGet(() -> visible(request, path, repo, account));
  }

  private FakeAnswer visible(
      FakeRequest request, Matcher path, FakeRepo repo, Optional<FakeAccount> account) {
    String verb = path.group("verb") == null ? "" : path.group("verb");
    if (verb.equals("auth-check")) {
      return Gate.refuseContent(repo, account).orElseGet(() -> FakeAnswer.text(200, "OK"));
    }
    String revision = path.group("rev") == null ? "main" : Paths.decode(path.group("rev"));
    Optional<FakeCommit> commit = repo.at(revision);
    if (commit.isEmpty()) {
      return FakeAnswer.error(404, "RevisionNotFound", "Invalid rev id: " + revision);
    }
    ModelJson json = ModelJson.of(repo, commit.get(), account);
    return switch (verb) {
      case "tree" -> tree(request, json, Paths.decode(path.group("path")));
      case "refs" -> FakeAnswer.json(json.refs());
      default ->
          FakeAnswer.json(json.info(request.parameter("blobs").filter(ApiRoutes::yes).isPresent()));
    };
  }

  private FakeAnswer tree(FakeRequest request, ModelJson json, String folder) {
    boolean recursive = request.parameter("recursive").filter(ApiRoutes::yes).isPresent();
    List<JsonObject> all = json.tree(folder.isEmpty() ? "" : folder + "/", recursive);
    if (all.isEmpty() && !folder.isEmpty()) {
      return FakeAnswer.error(404, "EntryNotFound", folder + " does not exist on this revision");
    }
    int start = request.parameter("cursor").map(Integer::parseInt).orElse(0);
    int limit = request.parameter("limit").map(Integer::parseInt).orElse(pageSize);
    int end = Math.min(all.size(), start + Math.min(limit, pageSize));
    JsonArray page = new JsonArray();
    all.subList(start, end).forEach(page::add);
    FakeAnswer answer = FakeAnswer.json(page);
    return end == all.size() ? answer : answer.with("Link", next(request, end));
  }

  private static String next(FakeRequest request, int cursor) {
    String others = request.query().replaceAll("(^|&)cursor=[^&]*", "");
    return "<http://%s%s?%s&cursor=%d>; rel=\"next\""
        .formatted(request.header("host").orElseThrow(), request.path(), others, cursor);
  }

  private static boolean yes(String value) {
    return value.equalsIgnoreCase("true") || value.equals("1");
  }
}
