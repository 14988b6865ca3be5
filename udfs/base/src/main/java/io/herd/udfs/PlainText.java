package io.herd.udfs;

import java.util.regex.Pattern;

/**
 * Text of rows, files and servers as a console, a log and a page may have it. An escape sequence
 * would clear a terminal's screen, set its title or write over a line that says how a run ended; an
 * override of the reading direction shows a name as another ("Trojan Source", CVE-2021-42574).
 */
public final class PlainText {
  /** Control characters but line feed and tab; embeddings, overrides and isolates. */
  private static final Pattern STEERING =
      Pattern.compile("[\\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069&&[^\n\t]]");

  private PlainText() {}

  /** The text, with a question mark for each character that steers what shows it. */
  public static String of(String text) {
    return STEERING.matcher(text).replaceAll("?");
  }
}
