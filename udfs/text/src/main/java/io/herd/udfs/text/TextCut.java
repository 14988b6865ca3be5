package io.herd.udfs.text;

import io.herd.udfs.text.PromptSettings.OnOverflow;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parts of a text that end at token boundaries, and never inside a character as readers see it,
 * such as an emoji of several code points.
 *
 * @param starts where each token of the text starts, in chars, ascending; tokens that are parts of
 *     one character start at the same place
 */
record TextCut(String text, int[] starts) {
  /** Marks the gap in the middle. */
  private static final String GAP = " … ";

  private static final Pattern CHARACTER = Pattern.compile("\\X"); // a grapheme cluster

  int tokens() {
    return starts.length;
  }

  /** Returns both ends of a text that is too long to keep more of it. */
  static String ends(String text, int mostChars) {
    return text.length() <= 2L * mostChars
        ? text
        : text.substring(0, mostChars) + text.substring(text.length() - mostChars);
  }

  /**
   * Returns the rest of the text when {@code kept} tokens are kept, or slightly fewer.
   *
   * @param kept fewer than all
   */
  String keep(int kept, OnOverflow how) {
    return switch (how) {
      case FAIL -> throw new IllegalArgumentException("nothing may be cut");
      case TRUNCATE_END -> head(kept);
      case TRUNCATE_START -> tail(kept);
      case TRUNCATE_MIDDLE -> kept == 0 ? "" : head(kept - kept / 2) + GAP + tail(kept / 2);
    };
  }

  private String head(int kept) {
    return text.substring(0, characterStart(starts[kept]));
  }

  private String tail(int kept) {
    int first = starts.length - kept;
    while (first > 0 && first < starts.length && starts[first] == starts[first - 1]) {
      first++; // the rest of a character whose first part is left out
    }
    return first == starts.length ? "" : text.substring(characterEnd(starts[first]));
  }

  /** Returns the last start of a character up to a position. */
  private int characterStart(int place) {
    int start = safeStart(place);
    Matcher character = CHARACTER.matcher(text).region(start, text.length());
    while (character.find() && character.end() <= place) {
      start = character.end();
    }
    return start;
  }

  /** Returns the first end of a character from a position on. */
  private int characterEnd(int place) {
    int start = characterStart(place);
    Matcher character = CHARACTER.matcher(text).region(start, text.length());
    return start == place || !character.find() ? start : character.end();
  }

  /**
   * Returns some start of a character up to a position: plain characters don't combine with earlier
   * ones.
   */
  private int safeStart(int place) {
    int start = place;
    while (start > 0 && (start == text.length() || !isPlain(text.charAt(start)))) {
      start--;
    }
    return start;
  }

  private static boolean isPlain(char c) {
    return c < 0x80 && c != '\n';
  }
}
