package io.herd.udfs.template.run;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * Formats a float's digits with a precision: {@code f}, {@code e} and {@code g}, without the sign.
 */
final class NumberFormat {
  private static final int LEAST_EXPONENT = -4;

  private NumberFormat() {}

  /** Formats with a number of digits after the point. */
  static String fixed(double value, int precision) {
    BigDecimal rounded = new BigDecimal(value).setScale(precision, RoundingMode.HALF_EVEN);
    return (rounded.signum() == 0 && 1 / value < 0 ? "-" : "") + rounded.toPlainString();
  }

  /**
   * Formats the absolute value of a float.
   *
   * @param type f, e or g, in any case
   * @param alternate whether g keeps its zeros, and all their point
   */
  static String of(double value, char type, int precision, boolean alternate) {
    boolean upper = Character.isUpperCase(type);
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      String name = Double.isNaN(value) ? "nan" : "inf";
      return upper ? name.toUpperCase(Locale.ROOT) : name;
    }
    BigDecimal exact = new BigDecimal(Math.abs(value));
    String text =
        switch (Character.toLowerCase(type)) {
          case 'f' ->
              pointed(exact.setScale(precision, RoundingMode.HALF_EVEN).toPlainString(), alternate);
          case 'e' -> scientific(exact, precision, alternate, false);
          default -> general(exact, Math.max(1, precision), alternate);
        };
    return upper ? text.toUpperCase(Locale.ROOT) : text;
  }

  private static String pointed(String digits, boolean point) {
    return point && digits.indexOf('.') < 0 ? digits + "." : digits;
  }

  private static BigDecimal rounded(BigDecimal value, int digits) {
    return value.signum() == 0
        ? value
        : value.round(new MathContext(digits, RoundingMode.HALF_EVEN));
  }

  private static int exponent(BigDecimal value) {
    return value.signum() == 0 ? 0 : value.precision() - value.scale() - 1;
  }

  private static String scientific(
      BigDecimal value, int precision, boolean alternate, boolean strip) {
    BigDecimal rounded = rounded(value, precision + 1);
    int exponent = exponent(rounded);
    String digits =
        rounded
            .scaleByPowerOfTen(-exponent)
            .setScale(precision, RoundingMode.HALF_EVEN)
            .toPlainString();
    String sign = exponent < 0 ? "-" : "+";
    return pointed(strip ? stripped(digits) : digits, alternate)
        + String.format(Locale.ROOT, "e%s%02d", sign, Math.abs(exponent));
  }

  private static String general(BigDecimal value, int precision, boolean alternate) {
    BigDecimal rounded = rounded(value, precision);
    int exponent = exponent(rounded);
    if (exponent < LEAST_EXPONENT || exponent >= precision) {
      return scientific(value, precision - 1, alternate, !alternate);
    }
    String digits =
        rounded.setScale(precision - 1 - exponent, RoundingMode.HALF_EVEN).toPlainString();
    return pointed(alternate ? digits : stripped(digits), alternate);
  }

  private static String stripped(String digits) {
    return digits.indexOf('.') < 0 ? digits : digits.replaceFirst("\\.?0+$", "");
  }
}
