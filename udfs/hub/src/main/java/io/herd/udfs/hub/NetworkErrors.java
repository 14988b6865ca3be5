package io.herd.udfs.hub;

import io.herd.udfs.Causes;
import io.herd.udfs.HerdException;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/** Explains why a request got no response. */
final class NetworkErrors {
  private static final String OFFLINE =
      " If the cache already has the model, HF_HUB_OFFLINE=1 uses it without a request.";

  private NetworkErrors() {}

  /** Returns whether a retry can't help: certificates and proxies don't change by themselves. */
  static boolean lasting(Throwable failure) {
    return has(failure, SSLException.class::isInstance) || tunnelRefused(failure);
  }

  static HerdException of(IOException failure, URI uri, HubProxies proxies) {
    String host = uri.getHost();
    Optional<String> proxy = proxies.named(uri);
    String via = proxy.map(it -> " through the proxy " + it).orElse("");
    if (tunnelRefused(failure)) {
      return proxyRefused(proxy.orElse("in use"), String.valueOf(failure.getMessage()));
    }
    if (has(failure, SSLException.class::isInstance)) {
      return distrusted(host, failure);
    }
    if (has(failure, UnknownHostException.class::isInstance)
        || has(failure, UnresolvedAddressException.class::isInstance)) {
      return system(
          "the name " + proxy.orElse(host) + " can't be resolved" + via,
          "check this machine's DNS and network, HF_ENDPOINT and the proxy (HTTPS_PROXY).",
          failure);
    }
    if (has(failure, ConnectException.class::isInstance)) {
      return system(
          "no connection to " + host + via,
          "check that this machine may reach it: a firewall may want "
              + host
              + " and *.hf.co"
              + " allowed, or a proxy named in HTTPS_PROXY.",
          failure);
    }
    if (has(failure, HttpTimeoutException.class::isInstance)) {
      return system(
          host + " didn't answer in time" + via,
          "run again later; if it stays so, check the network and the proxy (HTTPS_PROXY).",
          failure);
    }
    return system(
        "the connection to " + host + via + " broke: " + failure.getMessage(),
        "run again; if it stays so, check the network and the proxy (HTTPS_PROXY).",
        failure);
  }

  private static UserException proxyRefused(String proxy, String how) {
    return new UserException(
        "the proxy " + proxy + " refuses the request: " + how,
        "put the right user and password into HTTPS_PROXY (http://user:password@host:port), with"
            + " %40 for an @ in them, and ask the network's administrator to allow the Hub. If they"
            + " are right, start Java with -Djdk.http.auth.tunneling.disabledSchemes="
            + " (--driver-java-options): it may keep passwords from proxies.");
  }

  private static UserException distrusted(String host, IOException failure) {
    return new UserException(
        "Java doesn't trust the certificate that " + host + " shows: " + failure.getMessage(),
        "if your network inspects encrypted traffic, import its CA certificate into Java's trust"
            + " store: keytool -importcert -cacerts -alias proxy -file ca.pem, on each node (or"
            + " name another store with -Djavax.net.ssl.trustStore). If not, check the machine's"
            + " clock and HF_ENDPOINT.",
        failure);
  }

  private static SystemException system(String problem, String remedy, IOException cause) {
    return new SystemException(problem, remedy + OFFLINE, cause);
  }

  private static boolean tunnelRefused(Throwable failure) {
    return has(
        failure,
        it ->
            it instanceof ProxyProblem
                || String.valueOf(it.getMessage()).contains("Tunnel failed"));
  }

  private static boolean has(Throwable failure, Predicate<Throwable> kind) {
    return Causes.of(failure).anyMatch(kind);
  }
}
