package io.herd.udfs.hub;

import io.herd.udfs.UserException;
import java.io.Serializable;
import java.util.regex.Pattern;

/** The name of a repository on the Hub, such as {@code meta-llama/Llama-3.2-1B-Instruct}. */
public record RepoId(String text) implements Serializable {
  private static final int LONGEST = 96;
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_]|[A-Za-z0-9_][\\w.-]*[\\w]");

  public RepoId {
    if (!valid(text)) {
      throw new UserException(
          "\"" + shown(text) + "\" can't be the id of a model on the Hub",
          "write it as the model's page does, owner/name: letters, digits, '-', '_' and '.', at"
              + " most one '/', no '--' or '..', no '-' or '.' at an end, not ending in .git, at"
              + " most 96 characters.");
    }
  }

  /**
   * Parses the id that a user wrote.
   *
   * @throws UserException when no repository can have it
   */
  public static RepoId of(String text) {
    return new RepoId(text.strip());
  }

  /** Returns whether an id is valid: one part for a few old models, otherwise owner and name. */
  public static boolean valid(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length > 2 || text.length() > LONGEST) {
      return false;
    }
    for (String part : parts) {
      if (!PART.matcher(part).matches()) {
        return false;
      }
    }
    return !text.contains("--") && !text.contains("..") && !text.endsWith(".git");
  }

  private static String shown(String text) {
    return text.length() > 2 * LONGEST ? text.substring(0, 2 * LONGEST) + "..." : text;
  }

  /** Returns the name of a repository's folder in caches, as in Python's client. */
  public static String folder(String id) {
    return "models--" + id.replace("/", "--");
  }

  @Override
  public String toString() {
    return text;
  }
}
