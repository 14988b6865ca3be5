package io.herd.job.progress;

import java.util.Locale;

/** Formats durations for people. */
public final class Durations {
  private Durations() {}

  /** {@code 3:07}, or {@code 2 h 05 min}, or {@code 3 days 4 h}. */
  public static String text(double seconds) {
    long whole = Math.round(seconds);
    if (whole >= 48 * 3600) {
      return String.format(Locale.ROOT, "%d days %d h", whole / 86_400, whole / 3600 % 24);
    }
    return whole >= 3600
        ? String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole / 60 % 60)
        : String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
  }
}
