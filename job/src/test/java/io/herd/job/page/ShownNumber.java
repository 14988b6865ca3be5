package io.herd.job.page;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number as a page shows it.
 *
 * @param tolerance half of the last digit's unit: what rounding may take away
 */
record ShownNumber(double value, double tolerance) {
  private static final Pattern ANY =
      Pattern.compile(
          "(\\d+) h (\\d\\d) min|(\\d+) min (\\d\\d)"
              + " s|(?<![\\w.])[+-]?\\d[\\d,]*(\\.\\d+)?(?![\\w-])");

  /** All in a text, in its order: times in seconds, shares in per cent. */
  static List<ShownNumber> in(String text) {
    List<ShownNumber> numbers = new ArrayList<>();
    for (Matcher found = ANY.matcher(text); found.find(); ) {
      numbers.add(
          found.group(1) != null
              ? time(found.group(1), found.group(2), 60)
              : found.group(3) != null
                  ? time(found.group(3), found.group(4), 1)
                  : plain(found.group(), found.group(5)));
    }
    return numbers;
  }

  private static ShownNumber time(String large, String small, int unit) {
    return new ShownNumber(
        unit * (60.0 * Integer.parseInt(large) + Integer.parseInt(small)), unit / 2.0);
  }

  private static ShownNumber plain(String all, String fraction) {
    int digits = fraction == null ? 0 : fraction.length() - 1;
    return new ShownNumber(Double.parseDouble(all.replace(",", "")), 0.5 * Math.pow(10, -digits));
  }

  boolean shows(double exactly) {
    return Math.abs(value - exactly) <= tolerance + 1e-9 * Math.abs(exactly) + 1e-9;
  }
}
