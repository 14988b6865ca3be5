package io.herd.udfs.hub;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository of the Hub at a revision.
 *
 * @param revision a branch, a tag or a commit
 */
public record RepoRef(RepoId id, String revision) {
  private static final Pattern URL = Pattern.compile("hf://([^/@]+/[^/@]+)(?:@(.+))?");
  private static final String DEFAULT = "main";

  /** Parses {@code hf://owner/name} or {@code hf://owner/name@revision}; empty for another text. */
  public static Optional<RepoRef> of(String url) {
    Matcher match = URL.matcher(url);
    if (!match.matches() || !RepoId.valid(match.group(1))) {
      return Optional.empty();
    }
    String revision = match.group(2) == null ? DEFAULT : match.group(2);
    return Optional.of(new RepoRef(RepoId.of(match.group(1)), revision));
  }

  @Override
  public String toString() {
    return id + " at " + revision;
  }
}
