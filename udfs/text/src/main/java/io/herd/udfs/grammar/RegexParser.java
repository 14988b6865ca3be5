package io.herd.udfs.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.util.automaton.Automaton;

/**
 * Regular expressions, in the part of ECMAScript's language (with its flag {@code u}) that Java and
 * Python share: characters, {@code .}, classes, {@code \d \w \s}, groups, {@code |}, and {@code * +
 * ? {m,n}}, which may be followed by a {@code ?}. {@code ^} and {@code $} may stand anywhere. What
 * isn't regular, or means different things to different readers, is refused.
 *
 * <p>Lucene's own {@code RegExp} isn't used: it silently takes {@code ^}, {@code $}, {@code \n} and
 * {@code (?:} for other things than people mean.
 *
 * <p>Where the three differ, only what all of them match is written: {@code .} is no character that
 * any of them takes for the end of a line, {@code \d \w \s} are in ASCII, and {@code \D \W \S} are
 * no digit, letter or space of Unicode.
 */
final class RegexParser {
  private static final int ANY_NUMBER = -1;
  private static final int MOST_REPETITIONS = 100_000;
  private static final int MOST_CHARACTERS = 100_000;
  private static final int DEEPEST = 200;

  /**
   * Each optional part leads to every later one: transitions grow with the square of their number.
   */
  private static final int MOST_OPTIONAL = 500;

  private final Languages languages;
  private final RegexCursor cursor;
  private final CharClasses classes;
  private final String place;
  private int depth;

  private RegexParser(Languages languages, String regex, String place) {
    this.languages = languages;
    this.cursor = new RegexCursor(regex, place);
    this.classes = new CharClasses(cursor);
    this.place = place;
  }

  /**
   * Returns texts that match completely, over code points.
   *
   * @param place where the regex stands, for messages
   */
  static Automaton whole(Languages languages, String regex, String place) {
    return new RegexParser(languages, regex, place).read(false);
  }

  /** Returns texts that contain a match, as in JSON Schema's {@code pattern}. */
  static Automaton found(Languages languages, String regex, String place) {
    return new RegexParser(languages, regex, place).read(true);
  }

  private Automaton read(boolean search) {
    if (cursor.has(MOST_CHARACTERS)) {
      throw cursor.refused("more than " + MOST_CHARACTERS + " characters");
    }
    Automaton body = alternatives();
    if (cursor.has()) {
      throw cursor.refused("a ) without its (");
    }
    if (search) {
      Automaton anything =
          Repetition.of(languages, Anchors.anyCharOrAnchor(languages), 0, ANY_NUMBER, place);
      body = languages.concatenation(anything, body, anything);
    }
    return languages.reduced(Anchors.resolved(languages, body, place), place);
  }

  private Automaton alternatives() {
    List<Automaton> all = new ArrayList<>();
    do {
      all.add(sequence());
    } while (cursor.take('|'));
    return languages.union(all);
  }

  /** Reads up to a |, a ) or the end. */
  private Automaton sequence() {
    List<Automaton> parts = new ArrayList<>();
    int optional = 0;
    while (cursor.has() && "|)".indexOf(cursor.peek()) < 0) {
      Automaton part = quantified(atom());
      optional += part.getNumStates() > 0 && part.isAccept(0) ? 1 : 0;
      if (optional > MOST_OPTIONAL) {
        throw cursor.refused("more than " + MOST_OPTIONAL + " parts that may be left out");
      }
      parts.add(part);
    }
    return languages.concatenation(parts);
  }

  private Automaton quantified(Automaton part) {
    int[] times = quantifier();
    if (times == null) {
      return part;
    }
    if (cursor.take('+')) {
      throw cursor.refused("a possessive quantifier");
    }
    cursor.take('?'); // the least or the most: the texts are the same
    if (quantifier() != null) {
      throw cursor.refused("a quantifier after a quantifier");
    }
    return languages.reduced(Repetition.of(languages, part, times[0], times[1], place), place);
  }

  private int[] quantifier() {
    if (cursor.take('*')) {
      return new int[] {0, ANY_NUMBER};
    } else if (cursor.take('+')) {
      return new int[] {1, ANY_NUMBER};
    } else if (cursor.take('?')) {
      return new int[] {0, 1};
    } else if (!cursor.take('{')) {
      return null;
    }
    int least = number();
    int most = least;
    if (cursor.take(',')) {
      most = cursor.has() && cursor.peek() == '}' ? ANY_NUMBER : number();
    }
    cursor.expect('}', "a {m,n} without its }");
    if (most != ANY_NUMBER && most < least) {
      throw cursor.refused(
          String.format(
              Locale.ROOT, "{%d,%d}, whose bounds are the wrong way round,", least, most));
    }
    return new int[] {least, most};
  }

  private int number() {
    if (!isDigit()) {
      throw cursor.refused("a { that begins no {m,n} (write \\{)");
    }
    int value = 0;
    while (isDigit()) {
      value = Math.min(MOST_REPETITIONS, value * 10 + cursor.next() - '0');
    }
    return value;
  }

  private boolean isDigit() {
    return cursor.has() && cursor.peek() >= '0' && cursor.peek() <= '9';
  }

  private Automaton atom() {
    int c = cursor.next();
    return switch (c) {
      case '(' -> group();
      case '[' -> Languages.oneOf(classes.inBrackets());
      case '.' -> Languages.oneOf(CharSets.notLineEnd());
      case '\\' -> Languages.oneOf(classes.escape());
      case '*', '+', '?', '{' ->
          throw cursor.refused(Character.toString(c) + " with nothing before it");
      case '^' -> Anchors.START;
      case '$' -> Anchors.END;
      default -> Languages.oneOf(CharSets.of(c));
    };
  }

  private Automaton group() {
    if (cursor.take('?')) {
      boolean python = cursor.take('P'); // its way to write a name
      boolean named =
          cursor.take('<') && cursor.has() && cursor.peek() != '=' && cursor.peek() != '!';
      if (named) {
        while (cursor.has() && cursor.peek() != '>') {
          cursor.next();
        }
        cursor.expect('>', "a group's name without its >");
      } else if (python || !cursor.take(':')) {
        throw cursor.refused("a look-around, a flag or another (?...)");
      }
    }
    if (++depth > DEEPEST) {
      throw cursor.refused("groups more than " + DEEPEST + " deep");
    }
    Automaton all = alternatives();
    cursor.expect(')', "a ( without its )");
    depth--;
    return all;
  }
}
