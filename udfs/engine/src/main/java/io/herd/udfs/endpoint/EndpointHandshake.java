package io.herd.udfs.endpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.UserException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Asks a server for its software and model. */
record EndpointHandshake(EndpointHttp http) {
  private static final Set<String> SOFTWARE = Set.of("vllm", "sglang", "llamacpp");
  private static final int NAMED = 20;
  private static final int LONGEST = 300;

  /**
   * Returns what a server serves.
   *
   * @param model the name that is asked for; null for the only one that is served
   */
  CompletableFuture<Served> served(URI server, String model) {
    return http.get(server.resolve(server.getPath() + "/v1/models"))
        .thenCompose(
            models -> {
              JsonObject found = found(models, model);
              return http.get(server.resolve(server.getPath() + "/version"))
                  .thenApply(version -> served(found, version));
            });
  }

  private JsonObject found(EndpointAnswer answer, String model) {
    if (EndpointErrors.ofAllRows(answer.status())) {
      throw EndpointErrors.refused(answer, http.hasKey());
    }
    if (!answer.ok()) {
      throw new CompletionException(
          AnswerProblem.broken(answer.message() + ", for /v1/models", null));
    }
    List<JsonObject> models = models(answer);
    List<String> names = models.stream().map(each -> text(each, "id")).limit(NAMED).toList();
    List<JsonObject> fitting =
        models.stream().filter(each -> model == null || text(each, "id").equals(model)).toList();
    if (fitting.size() == 1) {
      return fitting.get(0);
    }
    throw new UserException(
        EndpointErrors.origin(answer.uri())
            + (model == null ? " serves " + names : " doesn't serve " + model + ", but " + names),
        "write the name of one of them into herd.engine.model.");
  }

  private static List<JsonObject> models(EndpointAnswer answer) {
    List<JsonObject> models = new ArrayList<>();
    Optional<JsonElement> data = answer.json().map(json -> json.get("data"));
    if (data.isEmpty() || !(data.get() instanceof JsonArray list)) {
      throw new UserException(
          answer.uri() + " isn't the list of models that OpenAI's protocol has there",
          "look at herd.engine.url: the server has to speak OpenAI's protocol, as vLLM's does.");
    }
    for (JsonElement each : list) {
      if (each instanceof JsonObject object && !text(object, "id").isEmpty()) {
        models.add(object);
      }
    }
    return models;
  }

  private static Served served(JsonObject model, EndpointAnswer version) {
    String owner = text(model, "owned_by");
    return new Served(
        text(model, "id"),
        text(model, "root"),
        SOFTWARE.contains(owner) ? owner : "",
        version.ok() ? version.json().map(json -> text(json, "version")).orElse("") : "",
        length(model.get("max_model_len")));
  }

  private static int length(JsonElement value) {
    try {
      return value == null ? 0 : Math.max(0, value.getAsInt());
    } catch (NumberFormatException | UnsupportedOperationException | IllegalStateException e) {
      return 0;
    }
  }

  /** Returns a text; empty if it is missing, too long or not printable. */
  private static String text(JsonObject from, String key) {
    JsonElement value = from.get(key);
    String text = value != null && value.isJsonPrimitive() ? value.getAsString() : "";
    return text.length() > LONGEST || text.chars().anyMatch(Character::isISOControl) ? "" : text;
  }
}
