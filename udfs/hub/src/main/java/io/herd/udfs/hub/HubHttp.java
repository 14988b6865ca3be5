package io.herd.udfs.hub;

import io.herd.udfs.Event;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends requests and follows redirects itself: Java 17 would send the token along to any host. */
final class HubHttp {
  private static final Logger LOG = LoggerFactory.getLogger(HubHttp.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_HOPS = 10;
  private static final String BUFFER_BYTES = "jdk.httpclient.bufsize";
  private static final String NO_PASSWORDS = "jdk.http.auth.tunneling.disabledSchemes";
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /** Headers that other hosts than the Hub's may see. */
  private static final Set<String> FOR_ANY_HOST =
      Set.of("accept", "accept-encoding", "range", "if-range");

  private final HubEnvironment environment;
  private final Optional<Secret> token;
  private final HttpClient client;

  HubHttp(HubEnvironment environment, Optional<Secret> token) {
    this.environment = environment;
    this.token = token;
    if (System.getProperty(BUFFER_BYTES) == null) {
      // the JDK's 16 KiB at a time cost half as much processor time again, see bench/LOG.md
      System.setProperty(BUFFER_BYTES, "131072");
    }
    if (environment.proxies().holdPassword() && System.getProperty(NO_PASSWORDS) == null) {
      // a password that the environment names is for the proxy, as for curl, pip and Python's
      // client
      System.setProperty(NO_PASSWORDS, "");
    }
    this.client =
        HttpClient.newBuilder()
            .followRedirects(Redirect.NEVER)
            // several ranges at once are faster over a connection each than over a shared one
            .version(Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .proxy(environment.proxies())
            .build();
  }

  /** Sends a request, and follows redirects until a response isn't one. */
  HttpResponse<InputStream> send(
      String method, URI uri, Map<String, String> headers, boolean withToken)
      throws IOException, InterruptedException {
    return send(method, uri, headers, withToken, answer -> false);
  }

  /**
   * Sends a request, and follows redirects until a response isn't one or is sufficient.
   *
   * @param withToken whether the endpoint gets the token; nobody else ever does
   * @return the last answer, with the address that it came from; its body must be closed
   */
  HttpResponse<InputStream> send(
      String method,
      URI uri,
      Map<String, String> headers,
      boolean withToken,
      Predicate<HttpResponse<?>> enough)
      throws IOException, InterruptedException {
    demandOnline();
    URI at = uri;
    boolean trusted = true;
    for (int hop = 0; hop <= MAX_HOPS; hop++) {
      trusted &= Addresses.sameOrigin(at, environment.endpoint());
      HttpResponse<InputStream> answer = sendOnce(method, at, headers, trusted, withToken);
      Optional<String> location = answer.headers().firstValue("location");
      if (!REDIRECTS.contains(answer.statusCode()) || location.isEmpty() || enough.test(answer)) {
        return answer;
      }
      answer.body().close();
      at = next(at, location.get());
    }
    throw new SystemException(
        Addresses.shown(uri)
            + " redirects more than "
            + MAX_HOPS
            + " times; look at HF_ENDPOINT and the proxy.",
        null);
  }

  private void demandOnline() {
    if (environment.offline()) {
      throw new UserException(
          "the Hub isn't asked, because HF_HUB_OFFLINE (or TRANSFORMERS_OFFLINE) is set",
          "unset it, or fetch the model into the cache beforehand.");
    }
  }

  private HttpResponse<InputStream> sendOnce(
      String method, URI uri, Map<String, String> headers, boolean trusted, boolean withToken)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(method, BodyPublishers.noBody())
            .timeout(environment.timeout())
            .header("User-Agent", userAgent());
    headers.forEach(
        (name, value) -> {
          if (trusted || FOR_ANY_HOST.contains(name.toLowerCase(Locale.ROOT))) {
            request.header(name, value);
          }
        });
    if (trusted && withToken) {
      token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret.reveal()));
    }
    environment
        .proxies()
        .authorization(uri)
        .ifPresent(password -> request.header("Proxy-Authorization", password));
    long begun = System.nanoTime();
    HttpResponse<InputStream> answer =
        client.send(
            request.build(),
            head ->
                BodySubscribers.mapping(
                    BodyHandlers.ofInputStream().apply(head),
                    body -> StallGuard.over(body, environment.timeout())));
    if (answer.body() == null) { // so are a proxy's refusals to open a tunnel
      throw new ProxyProblem(answer.statusCode());
    }
    LOG.debug(
        "{}",
        Event.of("http")
            .with("method", method)
            .with("url", Addresses.shown(uri))
            .with("range", headers.getOrDefault("Range", "all"))
            .with("token", trusted && withToken && token.isPresent())
            .with("status", answer.statusCode())
            .with("ms", Duration.ofNanos(System.nanoTime() - begun).toMillis()));
    return answer;
  }

  static URI next(URI from, String location) {
    URI to = Addresses.resolve(from, location);
    boolean web = Set.of("http", "https").contains(scheme(to));
    if (!web || to.getHost() == null) {
      throw new SystemException(
          Addresses.shown(from) + " redirects to what isn't a web address", null);
    }
    if (scheme(from).equals("https") && scheme(to).equals("http")) {
      throw new SystemException(
          Addresses.shown(from)
              + " redirects from https to http ("
              + Addresses.shown(to)
              + "), which is not followed: anybody on the way could change the model. Look at"
              + " HF_ENDPOINT and the proxy.",
          null);
    }
    return to;
  }

  /**
   * Returns the scheme in lower case, because RFC 3986 ignores its case: {@code HTTPS://} is {@code
   * https://}.
   */
  private static String scheme(URI uri) {
    return String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
  }

  private static String userAgent() {
    String version = HubHttp.class.getPackage().getImplementationVersion();
    return "herd/"
        + (version == null ? "dev" : version)
        + "; java/"
        + System.getProperty("java.version");
  }
}
