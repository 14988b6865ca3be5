package io.herd.udfs.hub;

import io.herd.udfs.UserException;
import java.io.Serializable;
import java.util.regex.Pattern;

/** The name of a model on the Hub, such as {@code meta-llama/Llama-3.2-1B-Instruct}. */
public record RepoId(String text) implements Serializable {
  private static final int MAX_LENGTH = 96;
  private static final Pattern PART = Pattern.compile("\\w(?:[\\w.-]*\\w)?");
  private static final Pattern TWO_PARTS = Pattern.compile("[^/]+(?:/[^/]+)?");

  public RepoId {
    if (!valid(text)) {
      throw new IllegalArgumentException(text + " is no model id");
    }
  }

  /**
   * Checks the id by the Hub's rules.
   *
   * @throws UserException when the Hub can't have such a model
   */
  public static RepoId of(String text) {
    if (!valid(text)) {
      throw new UserException(
          "\"" + text + "\" can't be the id of a model on the Hugging Face Hub",
          "write it as on the model's page, owner/name, such as meta-llama/Llama-3.2-1B-Instruct:"
              + " letters, digits, -, _ and . with at most one /, no - or . at either end of a"
              + " part, no -- or .. and at most "
              + MAX_LENGTH
              + " characters.");
    }
    return new RepoId(text);
  }

  private static boolean valid(String text) {
    return text.length() <= MAX_LENGTH
        && TWO_PARTS.matcher(text).matches()
        && Pattern.compile("/").splitAsStream(text).allMatch(part -> PART.matcher(part).matches())
        && !text.contains("--")
        && !text.contains("..")
        && !text.endsWith(".git");
  }

  @Override
  public String toString() {
    return text;
  }
}
