package io.herd.udfs.grammar;

import java.util.BitSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Sets of code points. */
final class CharSets {
  private static final int END = Character.MAX_CODE_POINT + 1;

  private CharSets() {}

  static BitSet of(int... codePoints) {
    BitSet set = new BitSet();
    for (int codePoint : codePoints) {
      set.set(codePoint);
    }
    return set;
  }

  static BitSet range(int first, int last) {
    BitSet set = new BitSet();
    set.set(first, last + 1);
    return set;
  }

  static BitSet not(BitSet set) {
    BitSet rest = (BitSet) set.clone();
    rest.flip(0, END);
    return rest;
  }

  /** Returns printable ASCII, on which all readers of patterns agree. */
  static BitSet printable() {
    return range(' ', '~');
  }

  static BitSet digits() {
    return range('0', '9');
  }

  static BitSet wordCharacters() {
    BitSet set = digits();
    set.set('A', 'Z' + 1);
    set.set('a', 'z' + 1);
    set.set('_');
    return set;
  }

  /** Returns everything that Java, Python or ECMAScript considers a digit. */
  static BitSet anyDigits() {
    return matching(Character::isDigit);
  }

  /** Returns everything that Java, Python or ECMAScript considers a word character. */
  static BitSet anyWordCharacters() {
    BitSet set =
        matching(
            c ->
                Character.isLetterOrDigit(c)
                    || Character.getType(c) == Character.LETTER_NUMBER
                    || Character.getType(c) == Character.OTHER_NUMBER);
    set.set('_');
    return set;
  }

  private static BitSet matching(IntPredicate wanted) {
    BitSet set = new BitSet();
    IntStream.range(0, END).filter(wanted).forEach(set::set);
    return set;
  }

  static BitSet asciiSpace() {
    return of(' ', '\t', '\n', 0x0b, '\f', '\r');
  }

  /** Returns everything that Java, Python or ECMAScript considers white space. */
  static BitSet anySpace() {
    BitSet set = asciiSpace();
    set.or(of(0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff, 0x180e));
    set.set(0x1c, 0x20);
    set.set(0x2000, 0x200c);
    return set;
  }

  /** Returns the characters that {@code .} matches in Java, Python and ECMAScript. */
  static BitSet notLineEnd() {
    return not(of('\n', '\r', 0x85, 0x2028, 0x2029));
  }
}
