package io.herd.job.page;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Formats numbers for people; unknown values are a dash. */
final class Numbers {
  private Numbers() {}

  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  static String share(Double value) {
    return value == null ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * value);
  }

  /** Formats an amount that may be far below 1. */
  static String digits(double value) {
    return value == 0
        ? "0"
        : BigDecimal.valueOf(value).round(new MathContext(3)).stripTrailingZeros().toPlainString();
  }

  static String ratio(Double value) {
    return value == null ? "–" : String.format(Locale.ROOT, "%.2f", value);
  }

  static String seconds(double value) {
    long whole = Math.round(value);
    if (value < 120) {
      return String.format(Locale.ROOT, "%.1f s", value);
    }
    return whole < 7200
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole / 60 % 60);
  }

  /** Formats a coordinate. */
  static String plain(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
