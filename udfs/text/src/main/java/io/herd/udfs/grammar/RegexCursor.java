package io.herd.udfs.grammar;

import io.herd.udfs.UserException;
import java.util.Locale;

/** A place in a regular expression, which moves on as its characters are read. */
final class RegexCursor {
  private static final int MOST_SHOWN = 200;

  private final String place;
  private final int[] pattern;
  private int at;

  /**
   * At the beginning.
   *
   * @param place where the regex stands, for messages
   */
  RegexCursor(String regex, String place) {
    this.pattern = regex.codePoints().toArray();
    this.place = place;
  }

  String place() {
    return place;
  }

  /** Whether there is a character left. */
  boolean has() {
    return has(0);
  }

  /** Whether there is a character so far ahead. */
  boolean has(int ahead) {
    return at + ahead < pattern.length;
  }

  int peek() {
    return peek(0);
  }

  int peek(int ahead) {
    return pattern[at + ahead];
  }

  int next() {
    return pattern[at++];
  }

  /** Reads a character if it is that one. */
  boolean take(int c) {
    boolean found = has() && peek() == c;
    at += found ? 1 : 0;
    return found;
  }

  /**
   * Reads that character.
   *
   * @param otherwise what is wrong where another one stands
   */
  void expect(int c, String otherwise) {
    if (!take(c)) {
      throw refused(otherwise);
    }
  }

  /** What to throw for something that isn't taken. */
  UserException refused(String what) {
    return new UserException(
        String.format(
            Locale.ROOT,
            "%s: the regular expression %s has %s at character %d.",
            place,
            pattern.length <= MOST_SHOWN
                ? new String(pattern, 0, pattern.length)
                : new String(pattern, 0, MOST_SHOWN) + "...",
            what,
            at),
        "write it with characters, classes [a-z], groups, |, ^, $, *, +, ? and {m,n} alone.");
  }
}
