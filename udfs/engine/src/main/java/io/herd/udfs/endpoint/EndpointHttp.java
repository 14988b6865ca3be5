package io.herd.udfs.endpoint;

import com.google.gson.JsonObject;
import io.herd.udfs.hub.Secret;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Sends requests to a server, and bounds responses in size and time. */
final class EndpointHttp {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** Requests that need no model are answered quickly. */
  private static final Duration GET_TIMEOUT = Duration.ofSeconds(30);

  /** Log-probabilities for long prompts, once per label, are large. */
  private static final int LONGEST_BODY = 64 << 20;

  private final Optional<Secret> key;
  private final Duration timeout;
  private final HttpClient client =
      HttpClient.newBuilder()
          .followRedirects(Redirect.NEVER) // Java 17 takes the key along to any host
          .version(Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  /**
   * Creates the client of one task.
   *
   * @param timeout of a whole exchange with a model
   */
  EndpointHttp(Optional<Secret> key, Duration timeout) {
    this.key = key;
    this.timeout = timeout;
  }

  boolean hasKey() {
    return key.isPresent();
  }

  CompletableFuture<EndpointAnswer> get(URI uri) {
    Duration most = timeout.compareTo(GET_TIMEOUT) < 0 ? timeout : GET_TIMEOUT;
    return send(HttpRequest.newBuilder(uri).GET(), most);
  }

  CompletableFuture<EndpointAnswer> post(URI uri, JsonObject body) {
    return send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString())),
        timeout);
  }

  /**
   * Adds a timeout for the whole exchange, because the request's own timeout ends with the
   * response's headers.
   */
  private CompletableFuture<EndpointAnswer> send(HttpRequest.Builder request, Duration most) {
    key.ifPresent(secret -> secret.authorize(request));
    CompletableFuture<HttpResponse<String>> exchange =
        client.sendAsync(request.build(), head -> new BoundedBody(LONGEST_BODY));
    return exchange
        .copy()
        .orTimeout(most.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((answer, failure) -> exchange.cancel(true))
        .thenApply(answer -> EndpointAnswer.of(answer, key));
  }
}
