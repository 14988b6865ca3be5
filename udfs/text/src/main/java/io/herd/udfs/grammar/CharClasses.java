package io.herd.udfs.grammar;

import java.util.BitSet;
import java.util.Locale;

/** Reads the sets of characters in a regular expression: bracket classes and escapes. */
final class CharClasses {
  private final RegexCursor cursor;

  CharClasses(RegexCursor cursor) {
    this.cursor = cursor;
  }

  /** Reads a class after its [, up to its ]. */
  BitSet inBrackets() {
    boolean negated = cursor.take('^');
    BitSet set = new BitSet();
    if (isFirstBracket(negated)) {
      set.set(cursor.next());
    }
    while (cursor.has() && cursor.peek() != ']') {
      BitSet first = member();
      if (cursor.has(1) && cursor.peek() == '-' && cursor.peek(1) != ']') {
        cursor.next();
        range(first, member(), set);
      } else {
        set.or(first);
      }
    }
    cursor.expect(']', "a [ without its ]");
    return negated ? CharSets.not(set) : set;
  }

  private void range(BitSet first, BitSet last, BitSet set) {
    if (first.cardinality() != 1 || last.cardinality() != 1) {
      throw cursor.refused("a range between classes");
    } else if (last.nextSetBit(0) < first.nextSetBit(0)) {
      throw cursor.refused("a range whose ends are the wrong way round");
    }
    set.set(first.nextSetBit(0), last.nextSetBit(0) + 1);
  }

  /**
   * Returns whether a ] stands for itself, as in Python and Java at the start of a class. To
   * ECMAScript the class ends there; then a second ] is an error, and {@code [^]} is any character.
   */
  private boolean isFirstBracket(boolean negated) {
    if (!cursor.has() || cursor.peek() != ']') {
      return false;
    }
    int close = 1;
    while (cursor.has(close) && cursor.peek(close) != ']') {
      if (cursor.peek(close) == '[') {
        throw cursor.refused("a class that begins with ] and is read in two ways (write \\])");
      }
      close += cursor.peek(close) == '\\' ? 2 : 1;
    }
    return cursor.has(close) && !negated;
  }

  private BitSet member() {
    int c = cursor.next();
    if (c == '[') {
      throw cursor.refused("a [ inside a class (write \\[)");
    }
    if (c == '&' && cursor.has() && cursor.peek() == '&') {
      throw cursor.refused("&& inside a class");
    }
    return c == '\\' ? escape() : CharSets.of(c);
  }

  /** Reads the escape after a backslash. */
  BitSet escape() {
    if (!cursor.has()) {
      throw cursor.refused("a \\ at the end");
    }
    int c = cursor.next();
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
      case 'u' -> CharSets.of(cursor.take('{') ? bracedHex() : hex(4));
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw cursor.refused("\\" + Character.toString(c));
        }
        yield CharSets.of(c);
      }
    };
  }

  private int hex(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = cursor.has() ? Character.digit(cursor.next(), 16) : -1;
      if (digit < 0) {
        throw cursor.refused(
            String.format(Locale.ROOT, "an escape without its %d hexadecimal digits", digits));
      }
      value = value * 16 + digit;
    }
    return value;
  }

  private int bracedHex() {
    int digits = 0;
    while (cursor.has(digits) && cursor.peek(digits) != '}') {
      digits++;
    }
    int value = digits > 6 ? Integer.MAX_VALUE : hex(digits);
    cursor.expect('}', "a \\u{ without its }");
    if (!Character.isValidCodePoint(value)) {
      throw cursor.refused("an escape beyond Unicode");
    }
    return value;
  }
}
