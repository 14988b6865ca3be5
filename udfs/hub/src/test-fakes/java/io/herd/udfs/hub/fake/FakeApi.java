package io.herd.udfs.hub.fake;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** What the Hub tells about repositories; all of it can be seen without having been let in. */
final class FakeApi {
  private final FakeGate gate;
  private final Supplier<URI> endpoint;
  private volatile int page = 1000;

  FakeApi(FakeGate gate, Supplier<URI> endpoint) {
    this.gate = gate;
    this.endpoint = endpoint;
  }

  void pageSize(int entries) {
    page = entries;
  }

  FakeAnswer authCheck(FakeRequest request, FakeRepo repo) {
    return gate.reading(request, repo).orElse(FakeAnswer.text(200, "OK"));
  }

  FakeAnswer refs(FakeRepo repo) {
    JsonArray branches = new JsonArray();
    repo.revisions()
        .forEach(
            (name, commit) -> {
              JsonObject branch = new JsonObject();
              branch.addProperty("name", name);
              branch.addProperty("ref", "refs/heads/" + name);
              branch.addProperty("targetCommit", commit.id());
              branches.add(branch);
            });
    JsonObject json = new JsonObject();
    json.add("branches", branches);
    json.add("tags", new JsonArray());
    json.add("converts", new JsonArray());
    return FakeAnswer.json(json);
  }

  FakeAnswer info(FakeRequest request, FakeRepo repo, FakeRoute route) {
    Optional<FakeCommit> commit = repo.at(route.revision());
    if (commit.isEmpty()) {
      return unknown(route);
    }
    boolean masked = gate.reading(request, repo).isPresent();
    boolean blobs = request.parameter("blobs").orElse("").equalsIgnoreCase("true");
    JsonArray siblings = new JsonArray();
    commit
        .get()
        .files()
        .values()
        .forEach(file -> siblings.add(FakeEntries.sibling(file, blobs, masked)));
    JsonObject json = new JsonObject();
    json.addProperty("_id", "0123456789abcdef01234567");
    json.addProperty("id", repo.id());
    json.addProperty("modelId", repo.id());
    json.addProperty("author", repo.id().replaceFirst("/.*", ""));
    json.addProperty("sha", commit.get().id());
    json.addProperty("lastModified", "2025-01-01T00:00:00.000Z");
    json.addProperty("createdAt", "2025-01-01T00:00:00.000Z");
    json.addProperty("private", repo.hidden());
    if (repo.needsDecision()) {
      json.addProperty("gated", "manual");
    } else {
      json.addProperty("gated", false);
    }
    json.addProperty("disabled", false);
    JsonObject card = new JsonObject();
    card.addProperty("license", repo.licence());
    json.add("cardData", card);
    json.add("tags", new JsonArray());
    json.add("siblings", siblings);
    return FakeAnswer.json(json);
  }

  FakeAnswer tree(FakeRequest request, FakeRepo repo, FakeRoute route) {
    Optional<FakeCommit> commit = repo.at(route.revision());
    if (commit.isEmpty()) {
      return unknown(route);
    }
    boolean masked = gate.reading(request, repo).isPresent();
    boolean recursive = request.parameter("recursive").orElse("").equalsIgnoreCase("true");
    List<JsonElement> entries = FakeEntries.tree(commit.get(), route.path(), recursive, masked);
    int limit = Math.min(page, request.parameter("limit").map(Integer::parseInt).orElse(page));
    int from = request.parameter("cursor").map(Integer::parseInt).orElse(0);
    int to = Math.min(from + limit, entries.size());
    JsonArray part = new JsonArray();
    entries.subList(from, to).forEach(part::add);
    FakeAnswer answer = FakeAnswer.json(part);
    if (to == entries.size()) {
      return answer;
    }
    String next =
        String.format(
            Locale.ROOT,
            "%s%s?recursive=%s&limit=%d&cursor=%d",
            endpoint.get(),
            request.path(),
            recursive,
            limit,
            to);
    return answer.with("Link", "<" + next + ">; rel=\"next\"");
  }

  private static FakeAnswer unknown(FakeRoute route) {
    return FakeAnswer.error(404, "RevisionNotFound", "Invalid rev id: " + route.revision());
  }
}
