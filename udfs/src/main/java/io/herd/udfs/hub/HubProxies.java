package io.herd.udfs.hub;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The proxy that leads to the Hub: the JVM's ({@code -Dhttps.proxyHost}), or else the
 * environment's, which Java by itself knows nothing of.
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

  /** The message shows no part of the value: it may hold a password. */
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
    List<Proxy> ofJvm = jvm == null ? List.of() : jvm.select(uri);
    if (ofJvm.stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT)) {
      return ofJvm;
    }
    Optional<URI> proxy = "https".equalsIgnoreCase(uri.getScheme()) ? https : http;
    return List.of(proxy.filter(any -> !direct(uri)).map(HubProxies::at).orElse(Proxy.NO_PROXY));
  }

  private boolean direct(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return OWN_HOST.matcher(host).matches()
        || direct.stream().anyMatch(rule -> covers(rule, host, uri.getPort()));
  }

  /** A rule is a host, which covers the hosts below it too, perhaps with a port; or a star. */
  private static boolean covers(String rule, String host, int port) {
    String name = rule.replaceFirst("^\\*?\\.", "");
    return rule.equals("*")
        || Stream.of(host, host + ":" + port)
            .anyMatch(address -> address.equals(name) || address.endsWith("." + name));
  }

  private static Proxy at(URI uri) {
    return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(uri.getHost(), port(uri)));
  }

  private static int port(URI uri) {
    return uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
  }

  /** The host and port that lead to this address, for messages. */
  Optional<String> describe(URI uri) {
    return select(uri).stream()
        .filter(proxy -> proxy.address() instanceof InetSocketAddress)
        .map(proxy -> (InetSocketAddress) proxy.address())
        .map(address -> address.getHostString() + ":" + address.getPort())
        .findFirst();
  }

  /** Answers a proxy that asks who is there, from the name and password of its address. */
  Authenticator authenticator() {
    return new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        boolean proxy = getRequestorType() == RequestorType.PROXY;
        return Stream.of(http, https)
            .flatMap(Optional::stream)
            .filter(uri -> proxy && uri.getUserInfo() != null)
            .filter(uri -> uri.getHost().equalsIgnoreCase(getRequestingHost()))
            .filter(uri -> port(uri) == getRequestingPort())
            .map(uri -> credentials(uri.getUserInfo()))
            .findFirst()
            .orElse(null);
      }
    };
  }

  private static PasswordAuthentication credentials(String userInfo) {
    int colon = userInfo.indexOf(':');
    String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
    String password = colon < 0 ? "" : userInfo.substring(colon + 1);
    return new PasswordAuthentication(user, password.toCharArray());
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    if (jvm != null) {
      jvm.connectFailed(uri, address, failure);
    }
  }
}
