package io.herd.udfs.grammar;

import io.herd.udfs.UserException;
import java.util.ArrayList;
import java.util.BitSet;
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
  private static final int MOST_SHOWN = 200;

  /** Each leads into every later one: transitions grow with the square of their number. */
  private static final int MOST_OPTIONAL = 500;

  private final String place;
  private final int[] pattern;
  private int at;
  private int depth;

  private RegexParser(String regex, String place) {
    this.pattern = regex.codePoints().toArray();
    this.place = place;
  }

  /**
   * Texts that match as a whole, over code points.
   *
   * @param place where the regex stands, for messages
   */
  static Automaton whole(String regex, String place) {
    return new RegexParser(regex, place).read(false);
  }

  /** Texts in which there is a match, as JSON Schema's {@code pattern} means it. */
  static Automaton found(String regex, String place) {
    return new RegexParser(regex, place).read(true);
  }

  private Automaton read(boolean search) {
    if (pattern.length > MOST_CHARACTERS) {
      throw refused("more than " + MOST_CHARACTERS + " characters");
    }
    Automaton body = alternatives();
    if (at < pattern.length) {
      throw refused("a ) without its (");
    }
    if (search) {
      Automaton anything = Languages.repeat(Anchors.anyCharOrAnchor(), 0, ANY_NUMBER, place);
      body = Languages.concatenation(anything, body, anything);
    }
    return Languages.reduced(Anchors.resolved(body, place), place);
  }

  private Automaton alternatives() {
    List<Automaton> all = new ArrayList<>();
    do {
      all.add(sequence());
    } while (take('|'));
    return Languages.union(all);
  }

  /** Up to a |, a ) or the end. */
  private Automaton sequence() {
    List<Automaton> parts = new ArrayList<>();
    int optional = 0;
    while (at < pattern.length && "|)".indexOf(peek()) < 0) {
      Automaton part = quantified(atom());
      optional += part.getNumStates() > 0 && part.isAccept(0) ? 1 : 0;
      if (optional > MOST_OPTIONAL) {
        throw refused("more than " + MOST_OPTIONAL + " parts that may be left out");
      }
      parts.add(part);
    }
    return Languages.concatenation(parts);
  }

  private Automaton quantified(Automaton part) {
    int[] times = quantifier();
    if (times == null) {
      return part;
    }
    if (take('+')) {
      throw refused("a possessive quantifier");
    }
    take('?'); // the least or the most: the texts are the same
    if (quantifier() != null) {
      throw refused("a quantifier after a quantifier");
    }
    return Languages.reduced(Languages.repeat(part, times[0], times[1], place), place);
  }

  private int[] quantifier() {
    if (take('*')) {
      return new int[] {0, ANY_NUMBER};
    } else if (take('+')) {
      return new int[] {1, ANY_NUMBER};
    } else if (take('?')) {
      return new int[] {0, 1};
    } else if (!take('{')) {
      return null;
    }
    int least = number();
    int most = least;
    if (take(',')) {
      most = at < pattern.length && peek() == '}' ? ANY_NUMBER : number();
    }
    expect('}', "a {m,n} without its }");
    if (most != ANY_NUMBER && most < least) {
      throw refused(
          String.format(
              Locale.ROOT, "{%d,%d}, whose bounds are the wrong way round,", least, most));
    }
    return new int[] {least, most};
  }

  private int number() {
    int start = at;
    int value = 0;
    while (at < pattern.length && peek() >= '0' && peek() <= '9') {
      value = Math.min(MOST_REPETITIONS, value * 10 + pattern[at++] - '0');
    }
    if (at == start) {
      throw refused("a { that begins no {m,n} (write \\{)");
    }
    return value;
  }

  private Automaton atom() {
    int c = pattern[at++];
    return switch (c) {
      case '(' -> group();
      case '[' -> Languages.oneOf(characterClass());
      case '.' -> Languages.oneOf(CharSets.notLineEnd());
      case '\\' -> Languages.oneOf(escape());
      case '*', '+', '?', '{' -> throw refused(shown(c) + " with nothing before it");
      case '^' -> Anchors.START;
      case '$' -> Anchors.END;
      default -> Languages.oneOf(CharSets.of(c));
    };
  }

  private Automaton group() {
    if (take('?')) {
      take('P'); // Python's way to write a name
      boolean named = take('<') && at < pattern.length && peek() != '=' && peek() != '!';
      if (named) {
        while (at < pattern.length && peek() != '>') {
          at++;
        }
        expect('>', "a group's name without its >");
      } else if (pattern[at - 1] == 'P' || !take(':')) {
        throw refused("a look-around, a flag or another (?...)");
      }
    }
    if (++depth > DEEPEST) {
      throw refused("groups more than " + DEEPEST + " deep");
    }
    Automaton all = alternatives();
    expect(')', "a ( without its )");
    depth--;
    return all;
  }

  private BitSet characterClass() {
    boolean negated = take('^');
    BitSet set = new BitSet();
    if (isFirstBracket(negated)) {
      set.set(']');
      at++;
    }
    while (at < pattern.length && peek() != ']') {
      BitSet first = member();
      if (at + 1 < pattern.length && peek() == '-' && pattern[at + 1] != ']') {
        at++;
        BitSet last = member();
        if (first.cardinality() != 1 || last.cardinality() != 1) {
          throw refused("a range between classes");
        } else if (last.nextSetBit(0) < first.nextSetBit(0)) {
          throw refused("a range whose ends are the wrong way round");
        }
        set.set(first.nextSetBit(0), last.nextSetBit(0) + 1);
      } else {
        set.or(first);
      }
    }
    expect(']', "a [ without its ]");
    return negated ? CharSets.not(set) : set;
  }

  /**
   * Whether a ] stands for itself, as it does to Python and Java at the start of a class. To
   * ECMAScript the class ends there; then a second ] is an error, and {@code [^]} is any character.
   */
  private boolean isFirstBracket(boolean negated) {
    if (at >= pattern.length || peek() != ']') {
      return false;
    }
    int close = at + 1;
    while (close < pattern.length && pattern[close] != ']') {
      if (pattern[close] == '[') {
        throw refused("a class that begins with ] and is read in two ways (write \\])");
      }
      close += pattern[close] == '\\' ? 2 : 1;
    }
    return close < pattern.length && !negated;
  }

  private BitSet member() {
    int c = pattern[at++];
    if (c == '[') {
      throw refused("a [ inside a class (write \\[)");
    }
    if (c == '&' && at < pattern.length && peek() == '&') {
      throw refused("&& inside a class");
    }
    return c == '\\' ? escape() : CharSets.of(c);
  }

  private BitSet escape() {
    if (at == pattern.length) {
      throw refused("a \\ at the end");
    }
    int c = pattern[at++];
    return switch (c) {
      case 'd' -> CharSets.digits();
      case 'D' -> CharSets.not(CharSets.anyDigits());
      case 'w' -> CharSets.wordCharacters();
      case 'W' -> CharSets.not(CharSets.anyWordCharacters());
      case 's' -> CharSets.asciiSpace();
      case 'S' -> CharSets.not(CharSets.anySpace());
      case 'n' -> CharSets.of('\n');
      case 'r' -> CharSets.of('\r');
      case 't' -> CharSets.of('\t');
      case 'f' -> CharSets.of('\f');
      case 'v' -> CharSets.of(0x0b);
      case 'x' -> CharSets.of(hex(2));
      case 'u' -> CharSets.of(take('{') ? bracedHex() : hex(4));
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw refused("\\" + shown(c));
        }
        yield CharSets.of(c);
      }
    };
  }

  private int hex(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = at < pattern.length ? Character.digit(pattern[at++], 16) : -1;
      if (digit < 0) {
        throw refused(
            String.format(Locale.ROOT, "an escape without its %d hexadecimal digits", digits));
      }
      value = value * 16 + digit;
    }
    return value;
  }

  private int bracedHex() {
    int close = at;
    while (close < pattern.length && pattern[close] != '}') {
      close++;
    }
    int value = close - at > 6 ? Integer.MAX_VALUE : hex(close - at);
    expect('}', "a \\u{ without its }");
    if (!Character.isValidCodePoint(value)) {
      throw refused("an escape beyond Unicode");
    }
    return value;
  }

  private int peek() {
    return pattern[at];
  }

  private boolean take(int c) {
    boolean found = at < pattern.length && peek() == c;
    at += found ? 1 : 0;
    return found;
  }

  private void expect(int c, String otherwise) {
    if (!take(c)) {
      throw refused(otherwise);
    }
  }

  private static String shown(int c) {
    return Character.toString(c);
  }

  private UserException refused(String what) {
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
