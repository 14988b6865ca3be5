package io.herd.udfs.hub;

import io.herd.udfs.UserException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proxies that the environment names, as other programs understand these variables. Java knows
 * none of them by itself; its own properties ({@code https.proxyHost}) count where they are set.
 */
final class HubProxies extends ProxySelector {
  private static final String HELP =
      "write it as http://host:port, with http://user:password@host:port where it asks for a"
          + " password.";

  private final Map<String, URI> byScheme;
  private final List<String> direct;

  private HubProxies(Map<String, URI> byScheme, List<String> direct) {
    this.byScheme = byScheme;
    this.direct = direct;
  }

  static HubProxies of(Map<String, String> variables) {
    URI all = proxy(variables, "ALL_PROXY", null);
    URI http = proxy(variables, "HTTP_PROXY", all);
    URI https = proxy(variables, "HTTPS_PROXY", all);
    String direct = value(variables, "NO_PROXY").toLowerCase(Locale.ROOT);
    return new HubProxies(
        Map.of("http", http == null ? URI.create("") : http, "https", orNone(https)),
        Arrays.stream(direct.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList());
  }

  private static URI orNone(URI proxy) {
    return proxy == null ? URI.create("") : proxy;
  }

  private static String value(Map<String, String> variables, String name) {
    String lower = variables.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    return lower.isBlank() ? variables.getOrDefault(name, "").strip() : lower.strip();
  }

  private static URI proxy(Map<String, String> variables, String name, URI otherwise) {
    String value = value(variables, name);
    if (value.isEmpty()) {
      return otherwise;
    }
    try {
      URI uri = new URI(value.contains("://") ? value : "http://" + value);
      if (uri.getHost() != null && "http".equals(uri.getScheme())) {
        return uri;
      }
    } catch (java.net.URISyntaxException e) {
      // told below, without the text: it may hold a password
    }
    throw new UserException(name + " doesn't name an HTTP proxy", HELP);
  }

  /** The proxy for an address, in words, without its password. */
  Optional<String> named(URI uri) {
    return select(uri).stream()
        .filter(proxy -> proxy.type() != Proxy.Type.DIRECT)
        .map(proxy -> (InetSocketAddress) proxy.address())
        .map(address -> address.getHostString() + ":" + address.getPort())
        .findFirst();
  }

  /** What a proxy that asks for a password is told. */
  Optional<String> authorization(URI uri) {
    return fromEnvironment(uri)
        .map(URI::getUserInfo)
        .map(user -> user.getBytes(StandardCharsets.UTF_8))
        .map(user -> "Basic " + Base64.getEncoder().encodeToString(user));
  }

  @Override
  public List<Proxy> select(URI uri) {
    Optional<URI> named = fromEnvironment(uri);
    if (named.isEmpty()) {
      ProxySelector java = ProxySelector.getDefault();
      return java == null ? List.of(Proxy.NO_PROXY) : java.select(uri);
    }
    URI proxy = named.get();
    int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
    InetSocketAddress address = InetSocketAddress.createUnresolved(proxy.getHost(), port);
    return List.of(new Proxy(Proxy.Type.HTTP, address));
  }

  private Optional<URI> fromEnvironment(URI uri) {
    if (System.getProperty(uri.getScheme() + ".proxyHost") != null) {
      return Optional.empty();
    }
    return Optional.ofNullable(byScheme.get(uri.getScheme()))
        .filter(proxy -> proxy.getHost() != null && !isDirect(uri));
  }

  private boolean isDirect(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return direct.stream()
        .map(entry -> entry.startsWith("*.") ? entry.substring(1) : entry)
        .anyMatch(entry -> entry.equals("*") || covers(entry, host, uri.getPort()));
  }

  /** An entry covers the host that it names, and those below it. */
  private static boolean covers(String entry, String host, int port) {
    String name = entry.endsWith(":" + port) ? entry.substring(0, entry.lastIndexOf(':')) : entry;
    return host.equals(name) || host.endsWith(name.startsWith(".") ? name : "." + name);
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, java.io.IOException failure) {
    // the request fails and says so
  }

  @Override
  public String toString() {
    return "proxies of the environment";
  }
}
