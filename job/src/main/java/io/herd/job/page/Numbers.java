package io.herd.job.page;

import io.herd.job.config.Prices;
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

  static String ratio(Double value) {
    return value == null ? "–" : String.format(Locale.ROOT, "%.2f", value);
  }

  static String seconds(double value) {
    long whole = Math.round(value);
    if (value < 120) {
      return String.format(Locale.ROOT, "%.1f s", value);
    }
    long minutes = Math.round(value / 60);
    return whole < 7200
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60);
  }

  /** Formats a rate per second, which may be far below 1. */
  static String rate(double value) {
    return value < 1000 ? Prices.amount(value) : count(Math.round(value));
  }

  /** Formats a coordinate. */
  static String plain(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
