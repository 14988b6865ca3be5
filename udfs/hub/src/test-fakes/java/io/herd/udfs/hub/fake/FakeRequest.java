package io.herd.udfs.hub.fake;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What was asked for.
 *
 * @param server which of the two servers
 * @param path as it came, percent-encoded
 * @param query as it came, without the question mark; empty when there was none
 * @param headers names in lower case
 * @param status what was answered; 0 while it is being thought of
 */
public record FakeRequest(
    Server server,
    String method,
    String path,
    String query,
    Map<String, String> headers,
    int status) {

  /** The two hosts. */
  public enum Server {
    /** The Hub itself, which the token is for. */
    ENDPOINT,
    /** The host of large files, which must never see the token. */
    CDN
  }

  public FakeRequest {
    headers = Map.copyOf(headers);
  }

  /** A header's value. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(java.util.Locale.ROOT)));
  }

  /** The token that came along. */
  public Optional<String> token() {
    return header("authorization").map(value -> value.replaceFirst("(?i)^Bearer ?", ""));
  }

  /** The value of a parameter of the query. */
  public Optional<String> parameter(String name) {
    for (String pair : query.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      if (parts.length == 2 && decoded(parts[0]).equals(name)) {
        return Optional.of(decoded(parts[1]));
      }
    }
    return Optional.empty();
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  FakeRequest answered(int newStatus) {
    return new FakeRequest(server, method, path, query, headers, newStatus);
  }
}
