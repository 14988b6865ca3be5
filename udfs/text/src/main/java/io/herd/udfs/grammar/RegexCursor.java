package io.herd.udfs.grammar;

import io.herd.udfs.UserException;
import java.util.Locale;

/** A position in a regular expression, which advances as characters are read. */
final class RegexCursor {
  private static final int MOST_SHOWN = 200;

  private final String place;
  private final int[] pattern;
  private int at;

  /**
   * Starts at the beginning.
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

  /** Returns whether a character is left. */
  boolean has() {
    return has(0);
  }

  /** Returns whether there is a character at this distance. */
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

  /** Reads the next character if it is the given one. */
  boolean take(int c) {
    boolean found = has() && peek() == c;
    at += found ? 1 : 0;
    return found;
  }

  /**
   * Reads the given character, or fails.
   *
   * @param otherwise what is wrong where another one stands
   */
  void expect(int c, String otherwise) {
    if (!take(c)) {
      throw refused(otherwise);
    }
  }

  /** Returns the exception for something unsupported. */
  UserException refused(String what) {
    return new UserException(
        String.format(
            Locale.ROOT,
            "%s: the regular expression %s has %s at character %d.",
            place,
            shown(),
            what,
            at),
        "write it with characters, classes [a-z], groups, |, ^, $, *, +, ? and {m,n} alone.");
  }

  private String shown() {
    return pattern.length <= MOST_SHOWN
        ? new String(pattern, 0, pattern.length)
        : new String(pattern, 0, MOST_SHOWN) + "...";
  }
}
