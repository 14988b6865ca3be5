package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Text;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;

/** Parses numbers in texts, like Python's {@code int()} and {@code float()}. */
final class Numerals {
  private static final Pattern REAL =
      Pattern.compile(
          "[+-]?(\\d++(_\\d++)*+\\.?(\\d++(_\\d++)*+)?|\\.\\d++(_\\d++)*+)([eE][+-]?\\d++(_\\d++)*+)?");
  private static final Pattern NAMED = Pattern.compile("[+-]?(inf|infinity|nan)");
  private static final int MOST_DIGITS = 3000;

  private Numerals() {}

  /** Returns the int, or null if the text isn't one. */
  static BigInteger integer(String text, int base) {
    if (base != 0 && (base < 2 || base > 36)) {
      return null;
    }
    String digits = ascii(text);
    boolean negative = digits.startsWith("-");
    digits = digits.startsWith("+") || negative ? digits.substring(1) : digits;
    String prefix = digits.length() > 1 ? digits.substring(0, 2).toLowerCase(Locale.ROOT) : "";
    int prefixed = prefix.equals("0x") ? 16 : prefix.equals("0o") ? 8 : prefix.equals("0b") ? 2 : 0;
    int radix = base == 0 ? (prefixed == 0 ? 10 : prefixed) : base;
    if (prefixed != 0 && prefixed == radix) {
      digits = digits.substring(2);
      digits = digits.startsWith("_") ? digits.substring(1) : digits;
    } else if (base == 0 && digits.matches("0[0_]*[1-9].*")) {
      return null;
    }
    if (!digits.matches("[0-9a-zA-Z]+(_[0-9a-zA-Z]+)*")) {
      return null;
    }
    if (digits.length() > MOST_DIGITS) {
      throw new Problem("a number has more than " + MOST_DIGITS + " digits");
    }
    try {
      BigInteger number = new BigInteger(digits.replace("_", ""), radix);
      return negative ? number.negate() : number;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Returns the float, or null if the text isn't one. */
  static Double real(String text) {
    String number = ascii(text);
    String lower = number.toLowerCase(Locale.ROOT);
    if (NAMED.matcher(lower).matches()) {
      double value = lower.contains("nan") ? Double.NaN : Double.POSITIVE_INFINITY;
      return lower.startsWith("-") ? -value : value;
    }
    return REAL.matcher(number).matches() ? Double.valueOf(number.replace("_", "")) : null;
  }

  /** Removes surrounding spaces, and converts digits of other scripts to ASCII. */
  private static String ascii(String text) {
    StringBuilder out = new StringBuilder();
    Strings.strip(text, Text::isSpace, true, true)
        .codePoints()
        .forEach(
            c -> {
              if (c > 0x7f && Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER) {
                out.append(Character.digit(c, 10));
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }
}
