package io.herd.udfs.hub;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The proxy for requests to the Hub: the JVM's ({@code -Dhttps.proxyHost}), otherwise the
 * environment's, which Java doesn't read.
 */
final class HubProxies extends ProxySelector {
  private static final Pattern OWN_HOST = Pattern.compile("localhost|127\\..*|\\[?::1\\]?");
  private static final int DEFAULT_PORT = 80;

  private final ProxySelector jvm;
  private final Optional<URI> http;
  private final Optional<URI> https;
  private final List<String> direct;

  private HubProxies(
      ProxySelector jvm, Optional<URI> http, Optional<URI> https, List<String> direct) {
    this.jvm = jvm;
    this.http = http;
    this.https = https;
    this.direct = direct;
  }

  /**
   * Reads {@code HTTP_PROXY}, {@code HTTPS_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}.
   *
   * @param jvm what the JVM says
   * @throws UserException when one of them isn't an HTTP proxy
   */
  static HubProxies of(Variables variables, ProxySelector jvm) {
    return new HubProxies(
        jvm,
        proxy(variables, "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"),
        proxy(variables, "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
        Pattern.compile(",")
            .splitAsStream(variables.text("no_proxy", "NO_PROXY").orElse(""))
            .map(host -> host.strip().toLowerCase(Locale.ROOT))
            .filter(host -> !host.isEmpty())
            .toList());
  }

  /** Messages show no part of the value, because it may contain a password. */
  private static Optional<URI> proxy(Variables variables, String... names) {
    Optional<String> text = variables.text(names);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = URI.create(text.get().contains("://") ? text.get() : "http://" + text.get());
      if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
        return Optional.of(uri);
      }
    } catch (IllegalArgumentException e) {
      // said below, without the value
    }
    throw new UserException(
        "the environment's " + names[1] + " (or ALL_PROXY) isn't the address of an HTTP proxy",
        "write it as http://host:port; SOCKS proxies and proxies spoken to over TLS are not"
            + " supported.");
  }

  @Override
  public List<Proxy> select(URI uri) {
    List<Proxy> ofJvm = ofJvm(uri);
    return ofJvm.isEmpty()
        ? List.of(ofEnvironment(uri).map(HubProxies::at).orElse(Proxy.NO_PROXY))
        : ofJvm;
  }

  private List<Proxy> ofJvm(URI uri) {
    List<Proxy> proxies = jvm == null ? List.of() : jvm.select(uri);
    return proxies.stream().filter(proxy -> proxy.type() != Proxy.Type.DIRECT).toList();
  }

  private Optional<URI> ofEnvironment(URI uri) {
    Optional<URI> proxy = "https".equalsIgnoreCase(uri.getScheme()) ? https : http;
    return proxy.filter(any -> ofJvm(uri).isEmpty() && !direct(uri));
  }

  private boolean direct(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return OWN_HOST.matcher(host).matches()
        || direct.stream().anyMatch(rule -> covers(rule, host, uri.getPort()));
  }

  /** A rule is a host, which includes its subdomains, optionally with a port; or a star. */
  private static boolean covers(String rule, String host, int port) {
    String name = rule.replaceFirst("^\\*?\\.", "");
    return rule.equals("*")
        || Stream.of(host, host + ":" + port)
            .anyMatch(address -> address.equals(name) || address.endsWith("." + name));
  }

  private static Proxy at(URI uri) {
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port(uri)));
  }

  private static int port(URI uri) {
    return uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
  }

  /** Returns the proxy's host and port for this address, for messages. */
  Optional<String> named(URI uri) {
    return select(uri).stream()
        .filter(proxy -> proxy.address() instanceof InetSocketAddress)
        .map(proxy -> (InetSocketAddress) proxy.address())
        .map(address -> address.getHostString() + ":" + address.getPort())
        .findFirst();
  }

  /**
   * Returns the header for a proxy that requires a password. Not by way of Java's authenticator:
   * with one, its client fails at any 401 that doesn't say which password it wants.
   */
  Optional<String> authorization(URI uri) {
    return ofEnvironment(uri)
        .map(URI::getUserInfo)
        .map(user -> user.getBytes(StandardCharsets.UTF_8))
        .map(user -> "Basic " + Base64.getEncoder().encodeToString(user));
  }

  /** Returns whether the environment has a password for a proxy. */
  boolean holdPassword() {
    return Stream.of(http, https)
        .flatMap(Optional::stream)
        .anyMatch(uri -> uri.getUserInfo() != null);
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    if (jvm != null) {
      jvm.connectFailed(uri, address, failure);
    }
  }
}
