package io.herd.udfs.hub.fake;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Asks the Hub for tests, one request at a time: follows nothing, repeats nothing. */
final class FakeHubClient {
  private final HttpClient client = HttpClient.newHttpClient();
  private final FakeHub hub;

  FakeHubClient(FakeHub hub) {
    this.hub = hub;
  }

  record Answer(HttpResponse<byte[]> response) {
    int status() {
      return response.statusCode();
    }

    byte[] body() {
      return response.body();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElseThrow();
    }

    String headerOrEmpty(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    String text() {
      return new String(body(), StandardCharsets.UTF_8);
    }

    JsonObject json() {
      return JsonParser.parseString(text()).getAsJsonObject();
    }

    private List<JsonObject> entries() {
      return JsonParser.parseString(text()).getAsJsonArray().asList().stream()
          .map(entry -> entry.getAsJsonObject())
          .toList();
    }

    List<String> paths() {
      return entries().stream().map(entry -> entry.get("path").getAsString()).toList();
    }

    /** The content's hash of the only large file. */
    String lfsOid() {
      return entries().stream()
          .filter(entry -> entry.has("lfs"))
          .map(entry -> entry.getAsJsonObject("lfs").get("oid").getAsString())
          .findFirst()
          .orElseThrow();
    }
  }

  /** Without a token when it is empty. */
  Answer get(String place, String token, String... headers)
      throws IOException, InterruptedException {
    return ask("GET", place, token, headers);
  }

  Answer ask(String method, String place, String token, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(hub.endpoint().resolve(URI.create(place)))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return new Answer(client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
  }
}
