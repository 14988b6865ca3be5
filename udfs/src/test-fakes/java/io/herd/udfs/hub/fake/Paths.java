package io.herd.udfs.hub.fake;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Names in the paths of requests. */
final class Paths {
  private Paths() {}

  static String decode(String segments) {
    return segments == null
        ? ""
        : URLDecoder.decode(segments.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** One segment. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Several, with the slashes between them kept. */
  static String encodeAll(String path) {
    return Arrays.stream(path.split("/", -1)).map(Paths::encode).collect(Collectors.joining("/"));
  }

  /** To the same place under another name, on the same host. */
  static FakeAnswer moved(FakeRequest request, String before, String now) {
    String path = request.path().replace("/" + before, "/" + now);
    return FakeAnswer.text(307, "Temporary Redirect. Redirecting to " + path)
        .with("Location", request.query().isEmpty() ? path : path + "?" + request.query());
  }
}
