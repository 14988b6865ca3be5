package io.herd.udfs.endpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.herd.udfs.StrictJson;
import io.herd.udfs.hub.AskedWait;
import io.herd.udfs.hub.Secret;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** A response with its complete body. */
record EndpointAnswer(URI uri, int status, HttpHeaders headers, String body) {
  private static final int LONGEST_MESSAGE = 400;

  /** Removes the key, in case the server echoes it. */
  static EndpointAnswer of(HttpResponse<String> response, Optional<Secret> key) {
    String body = key.map(secret -> secret.masked(response.body())).orElseGet(response::body);
    return new EndpointAnswer(response.uri(), response.statusCode(), response.headers(), body);
  }

  boolean ok() {
    return status == 200;
  }

  Optional<Duration> askedWait() {
    return new AskedWait(Clock.systemUTC()).of(headers);
  }

  /** Parses the body; empty when it isn't a JSON object. */
  Optional<JsonObject> json() {
    try {
      JsonElement value = StrictJson.parse(body);
      return value.isJsonObject() ? Optional.of(value.getAsJsonObject()) : Optional.empty();
    } catch (JsonParseException | StackOverflowError e) { // brackets without end
      return Optional.empty();
    }
  }

  /** Returns the server's message on one line; it is untrusted, and shortened. */
  String message() {
    String text = json().map(EndpointAnswer::error).orElse(body);
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    String cut =
        line.length() > LONGEST_MESSAGE ? line.substring(0, LONGEST_MESSAGE) + "..." : line;
    return cut.isEmpty() ? "status " + status : "status " + status + ", " + cut;
  }

  private static String error(JsonObject object) {
    JsonElement error = object.has("error") ? object.get("error") : object.get("detail");
    if (error != null && error.isJsonObject()) {
      error = error.getAsJsonObject().get("message");
    }
    return error == null ? object.toString() : text(error);
  }

  private static String text(JsonElement value) {
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }
}
