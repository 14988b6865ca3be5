package io.herd.udfs.hub.fake;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a path leads.
 *
 * @param action what is asked about the repository; empty for its description
 * @param id the repository's name as it was asked for
 */
record FakeRoute(String action, String id, String revision, String path) {
  private static final String ID = "([^/]+(?:/[^/]+)?)";
  private static final Pattern FILE = Pattern.compile("/" + ID + "/(resolve)/([^/]+)/(.+)");
  private static final Pattern CACHED =
      Pattern.compile("/api/(resolve-cache)/models/" + ID + "/([0-9a-f]{40})/(.+)");
  private static final Pattern ABOUT =
      Pattern.compile("/api/models/" + ID + "/(revision|tree|auth-check|refs)(?:/([^/]+))?(/.+)?");
  private static final Pattern DESCRIPTION = Pattern.compile("/api/models/" + ID);

  static Optional<FakeRoute> of(String path) {
    Matcher match = CACHED.matcher(path);
    if (match.matches()) {
      return route(match.group(1), match.group(2), match.group(3), match.group(4));
    }
    match = ABOUT.matcher(path);
    if (match.matches()) {
      String folder = match.group(4) == null ? "" : match.group(4).substring(1);
      return route(match.group(2), match.group(1), match.group(3), folder);
    }
    match = DESCRIPTION.matcher(path);
    if (match.matches()) {
      return route("", match.group(1), "main", "");
    }
    match = FILE.matcher(path);
    return match.matches()
        ? route(match.group(2), match.group(1), match.group(3), match.group(4))
        : Optional.empty();
  }

  private static Optional<FakeRoute> route(String action, String id, String revision, String path) {
    String known = revision == null ? "main" : revision;
    return Optional.of(new FakeRoute(action, decoded(id), decoded(known), decoded(path)));
  }

  /** Plus signs are themselves in a path. */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
