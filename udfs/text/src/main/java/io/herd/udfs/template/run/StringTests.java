package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Text;
import java.util.function.IntPredicate;

/** Python's {@code str.is...} methods. */
final class StringTests {
  /** Digits other than decimal ones: superscripts, subscripts, circled ones. */
  private static final int[][] DIGITS = {
    {0xB2, 0xB3}, {0xB9, 0xB9}, {0x1369, 0x1371}, {0x19DA, 0x19DA}, {0x2070, 0x2070},
    {0x2074, 0x2079}, {0x2080, 0x2089}, {0x2460, 0x2468}, {0x2474, 0x247C}, {0x2488, 0x2490},
    {0x24EA, 0x24EA}, {0x24F5, 0x24FD}, {0x24FF, 0x24FF}, {0x2776, 0x277E}, {0x2780, 0x2788},
    {0x278A, 0x2792}
  };

  /** Ideographs that count as numbers. */
  private static final String NUMERALS = "〇一二三四五六七八九十百千万亿億兆零壹贰叁肆伍陆柒捌玖拾";

  private StringTests() {}

  static boolean test(String name, String text) {
    return switch (name) {
      case "isalnum" -> all(text, c -> isLetter(c) || isNumeric(c));
      case "isalpha" -> all(text, StringTests::isLetter);
      case "isascii" -> text.chars().allMatch(c -> c < 0x80);
      case "isdecimal" -> all(text, StringTests::isDecimal);
      case "isdigit" -> isDigits(text);
      case "isidentifier" -> isIdentifier(text);
      case "islower" -> isCased(text, false);
      case "isupper" -> isCased(text, true);
      case "isnumeric" -> all(text, StringTests::isNumeric);
      case "isprintable" -> text.codePoints().allMatch(Text::isPrintable);
      case "isspace" -> all(text, Text::isSpace);
      case "istitle" -> isTitle(text);
      default -> throw Method.unsupported(text, name);
    };
  }

  private static boolean all(String text, IntPredicate test) {
    return !text.isEmpty() && text.codePoints().allMatch(test);
  }

  private static boolean isLetter(int c) {
    return Character.isLetter(c);
  }

  private static boolean isDecimal(int c) {
    return Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER;
  }

  static boolean isDigits(String text) {
    return all(text, c -> isDecimal(c) || isOtherDigit(c));
  }

  private static boolean isOtherDigit(int c) {
    for (int[] range : DIGITS) {
      if (c >= range[0] && c <= range[1]) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNumeric(int c) {
    int type = Character.getType(c);
    return type == Character.DECIMAL_DIGIT_NUMBER
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER
        || NUMERALS.indexOf(c) >= 0;
  }

  private static boolean isIdentifier(String text) {
    if (text.isEmpty()) {
      return false;
    }
    int first = text.codePointAt(0);
    return (first == '_' || Character.isUnicodeIdentifierStart(first))
        && text.codePoints()
            .allMatch(
                c -> Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
  }

  /** Returns whether a text has cased letters, all of the same case. */
  static boolean isCased(String text, boolean upper) {
    IntPredicate wanted = upper ? Character::isUpperCase : Character::isLowerCase;
    IntPredicate other = upper ? Character::isLowerCase : Character::isUpperCase;
    return text.codePoints().anyMatch(wanted)
        && text.codePoints().noneMatch(c -> other.test(c) || Character.isTitleCase(c));
  }

  static boolean hasCase(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  private static boolean isTitle(String text) {
    boolean inside = false;
    boolean any = false;
    for (int c : text.codePoints().toArray()) {
      boolean upper = Character.isUpperCase(c) || Character.isTitleCase(c);
      if ((upper && inside) || (Character.isLowerCase(c) && !inside)) {
        return false;
      }
      inside = hasCase(c);
      any |= inside;
    }
    return any;
  }
}
