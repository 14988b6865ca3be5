package io.herd.udfs;

import java.util.regex.Pattern;

/**
 * Makes text of rows, files and servers safe for consoles, logs and pages. An escape sequence would
 * clear a terminal's screen, set its title or write over a line that says how a run ended; an
 * override of the reading direction shows a name as another ("Trojan Source", CVE-2021-42574).
 */
public final class PlainText {
  /** Control characters except line feed and tab; embeddings, overrides and isolates. */
  private static final Pattern STEERING =
      Pattern.compile("[\\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069&&[^\n\t]]");

  private PlainText() {}

  /** Replaces each control character by a question mark. */
  public static String of(String text) {
    return STEERING.matcher(text).replaceAll("?");
  }
}
