package io.herd.udfs.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A response with its complete body.
 *
 * @param uri where it came from, after redirects
 * @param tokenSent whether the request that it answers carried the token
 */
record Answer(URI uri, int status, HttpHeaders headers, String body, boolean tokenSent) {
  private static final int LONGEST_BODY = 64 << 20;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int LONGEST_MESSAGE = 400;

  /**
   * Reads and closes the body.
   *
   * @param patience how long the whole of it may take: a server that sends a byte now and then
   *     would hold the run up for ever
   */
  static Answer of(HttpResponse<InputStream> response, boolean tokenSent, Duration patience)
      throws IOException {
    try (InputStream in = response.body()) {
      String text = read(in, patience);
      return new Answer(response.uri(), response.statusCode(), response.headers(), text, tokenSent);
    }
  }

  /**
   * Returns this answer with the token masked wherever it is repeated: what an answer says goes
   * into messages, reports and the manifest.
   */
  Answer withoutToken(HubAccess access) {
    Optional<Secret> token = access.token().map(FoundToken::secret);
    if (token.isEmpty()) {
      return this;
    }
    Map<String, List<String>> clean = new HashMap<>();
    headers
        .map()
        .forEach(
            (name, values) -> clean.put(name, values.stream().map(token.get()::masked).toList()));
    HttpHeaders masked = HttpHeaders.of(clean, (name, value) -> true);
    return new Answer(uri, status, masked, token.get().masked(body), tokenSent);
  }

  private static String read(InputStream in, Duration patience) throws IOException {
    long begun = System.nanoTime();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER_BYTES];
    int n = in.read(buffer);
    while (n >= 0 && body.size() < LONGEST_BODY) {
      body.write(buffer, 0, n);
      if (System.nanoTime() - begun > patience.toNanos()) {
        throw new HttpTimeoutException(
            "the answer isn't whole after " + patience.toSeconds() + " s");
      }
      n = in.read(buffer);
    }
    return body.toString(StandardCharsets.UTF_8);
  }

  boolean ok() {
    return status >= 200 && status < 300;
  }

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** Returns the Hub's error code; empty without one. */
  String code() {
    return header("X-Error-Code").orElse("");
  }

  /** Returns the request's id for the Hub's support. */
  Optional<String> requestId() {
    return Stream.of("x-request-id", "X-Amzn-Trace-Id", "x-amz-cf-id")
        .flatMap(name -> header(name).stream())
        .findFirst();
  }

  boolean html() {
    return header("Content-Type").orElse("").startsWith("text/html")
        || body.stripLeading().startsWith("<");
  }

  Optional<JsonElement> json() {
    try {
      return body.isBlank() ? Optional.empty() : Optional.of(JsonParser.parseString(body));
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  /** Returns the Hub's message: from a header, for responses without a body, or from the body. */
  String message() {
    Set<String> texts = new LinkedHashSet<>();
    header("X-Error-Message").ifPresent(texts::add);
    Optional<JsonObject> json =
        json().filter(JsonElement::isJsonObject).map(JsonElement::getAsJsonObject);
    json.ifPresent(object -> errors(object, texts));
    if (json.isEmpty() && !html() && !body.isBlank()) {
      texts.add(body.strip());
    }
    String text = String.join(" ", texts).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return text.length() > LONGEST_MESSAGE ? text.substring(0, LONGEST_MESSAGE) + "..." : text;
  }

  /** Returns whether the message contains these words, given in lower case. */
  boolean says(String words) {
    return message().toLowerCase(Locale.ROOT).contains(words);
  }

  private static void errors(JsonObject object, Set<String> texts) {
    Stream.of("error", "error_description", "errors")
        .map(object::get)
        .filter(value -> value != null)
        .flatMap(Answer::parts)
        .map(part -> part.isJsonObject() ? part.getAsJsonObject().get("message") : part)
        .filter(part -> part != null && part.isJsonPrimitive())
        .forEach(part -> texts.add(part.getAsString()));
  }

  private static Stream<JsonElement> parts(JsonElement value) {
    return value.isJsonArray() ? value.getAsJsonArray().asList().stream() : Stream.of(value);
  }
}
