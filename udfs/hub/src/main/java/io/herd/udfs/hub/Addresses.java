package io.herd.udfs.hub;

import io.herd.udfs.SystemException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntPredicate;

/** Builds, compares and formats addresses. */
final class Addresses {
  private static final String UNRESERVED = "-_.~";

  /** Characters that servers use in addresses although they aren't allowed. */
  private static final String ILLEGAL = " \"<>\\^`{|}";

  private Addresses() {}

  /** Returns whether two addresses have the same scheme, host and port. */
  static boolean sameOrigin(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && one.getHost().equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return uri.getScheme().toLowerCase(Locale.ROOT).equals("https") ? 443 : 80;
  }

  /**
   * Formats an address for messages: without user and query, which may contain a password or a
   * signature.
   */
  static String shown(URI uri) {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath();
  }

  /** Resolves a {@code Location} header. */
  static URI resolve(URI from, String location) {
    try {
      return from.resolve(
          URI.create(encode(location, c -> c > ' ' && c < 0x7f && ILLEGAL.indexOf(c) < 0)));
    } catch (IllegalArgumentException e) {
      // its message would show the address with its signature
      throw new SystemException(shown(from) + " redirects to what isn't an address", null);
    }
  }

  /**
   * Encodes one path segment: everything except letters, digits and a few marks is percent-encoded.
   */
  static String segment(String text) {
    return encode(text, Addresses::unreserved);
  }

  /** Encodes a path of several segments, and keeps its slashes. */
  static String path(String text) {
    return encode(text, c -> c == '/' || unreserved(c));
  }

  private static boolean unreserved(int c) {
    boolean letter = c < 0x80 && Character.isLetterOrDigit(c);
    return letter || UNRESERVED.indexOf(c) >= 0;
  }

  private static String encode(String text, IntPredicate plain) {
    StringBuilder encoded = new StringBuilder();
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      int c = each & 0xff;
      encoded.append(
          plain.test(c) ? String.valueOf((char) c) : String.format(Locale.ROOT, "%%%02X", c));
    }
    return encoded.toString();
  }
}
