package io.herd.udfs.hub;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Sends requests. Redirects are followed here, not by Java's client, because that one takes the
 * token along to other hosts.
 */
final class HubHttp {
  private static final int MOST_REDIRECTS = 10;
  private static final Duration CONNECT = Duration.ofSeconds(20);
  private static final Set<String> FOR_ANY_HOST = Set.of("accept", "accept-encoding", "range");

  private final HubEnvironment env;
  private final Optional<Secret> token;
  private final HttpClient client;

  HubHttp(HubEnvironment env, Optional<Secret> token) {
    this.env = env;
    this.token = token;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // streams of their own, where there are several
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .proxy(env.proxies())
            .build();
  }

  HubEnvironment env() {
    return env;
  }

  /**
   * The answer after all redirects. The caller closes its body.
   *
   * @param withToken whether the endpoint may be sent the token; other hosts never are
   */
  HttpResponse<InputStream> send(
      String method, URI uri, Map<String, String> headers, boolean withToken)
      throws IOException, InterruptedException {
    return send(method, uri, headers, withToken, answer -> false);
  }

  /** The same, but a redirect that is {@code enough} is the answer. */
  HttpResponse<InputStream> send(
      String method,
      URI uri,
      Map<String, String> headers,
      boolean withToken,
      Predicate<HttpResponse<InputStream>> enough)
      throws IOException, InterruptedException {
    URI at = uri;
    Map<String, String> sent = new TreeMap<>(headers);
    boolean trusted = withToken && sameOrigin(at, env.endpoint());
    for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
      HttpResponse<InputStream> answer = once(method, at, sent, trusted);
      Optional<URI> next = next(answer);
      if (next.isEmpty() || enough.test(answer)) {
        return answer;
      }
      answer.body().close();
      if (!sameOrigin(at, next.get())) {
        trusted = false; // also when a later redirect leads back
        sent.keySet().removeIf(name -> !FOR_ANY_HOST.contains(name.toLowerCase(Locale.ROOT)));
      }
      at = next.get();
    }
    throw new UserException(
        "more than " + MOST_REDIRECTS + " redirects from " + shown(uri),
        "check the Hub's address (HF_ENDPOINT) and the proxy: the Hub itself doesn't do this.");
  }

  private HttpResponse<InputStream> once(
      String method, URI uri, Map<String, String> headers, boolean withToken)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(env.patience())
            .header("User-Agent", userAgent());
    headers.forEach(request::header);
    if (withToken) {
      token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret.reveal()));
    }
    env.proxies().authorization(uri).ifPresent(it -> request.header("Proxy-Authorization", it));
    return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  private static Optional<URI> next(HttpResponse<InputStream> answer) {
    Optional<String> location = answer.headers().firstValue("Location");
    boolean redirect = Set.of(301, 302, 303, 307, 308).contains(answer.statusCode());
    if (!redirect || location.isEmpty()) {
      return Optional.empty();
    }
    URI next;
    try {
      next = answer.uri().resolve(location.get());
    } catch (IllegalArgumentException e) {
      throw refused(answer.uri(), "to something that is no address");
    }
    if (next.getHost() == null || !Set.of("http", "https").contains(next.getScheme())) {
      throw refused(answer.uri(), "to something that is no web address");
    }
    if ("https".equals(answer.uri().getScheme()) && "http".equals(next.getScheme())) {
      throw refused(answer.uri(), "from https to http at " + next.getHost());
    }
    return Optional.of(next);
  }

  private static UserException refused(URI from, String where) {
    return new UserException(
        shown(from) + " redirects " + where + ", which is not followed",
        "check the Hub's address (HF_ENDPOINT) and the proxy.");
  }

  static boolean sameOrigin(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && one.getHost().equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0
        ? uri.getPort()
        : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }

  /** An address for people: the query of a signed one is as good as a password. */
  static String shown(URI uri) {
    return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
  }

  private static String userAgent() {
    String version = HubHttp.class.getPackage().getImplementationVersion();
    return "herd/" + (version == null ? "dev" : version) + "; java/" + Runtime.version().feature();
  }
}
