package io.herd.job.report;

import io.herd.job.output.Quality;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Formats a confusion matrix with its measures for the console. */
public final class QualityTable {
  /** More classes don't fit a line. */
  private static final int MOST_CLASSES = 10;

  private static final int WIDTH = 14;
  private static final String FORMAT = "%" + WIDTH + "s";

  private QualityTable() {}

  /** Returns the text after the word accuracy. */
  public static String accuracy(Quality quality) {
    StringBuilder text = new StringBuilder(share(quality.accuracy()));
    text.append(String.format(Locale.ROOT, " of %,d rows", quality.answered()));
    if (quality.answered() < quality.rows()) {
      text.append(", ").append(share(quality.coverage())).append(" answered");
    }
    if (quality.calibrationError() != null) {
      text.append(
          String.format(Locale.ROOT, ", calibration error %.2f", quality.calibrationError()));
    }
    if (quality.micro() != null) {
      text.append(" have exactly the right labels; of all labels precision ")
          .append(ratio(quality.micro().precision()))
          .append(", recall ")
          .append(ratio(quality.micro().recall()))
          .append(", F1 ")
          .append(ratio(quality.micro().f1()));
    }
    return text.toString();
  }

  /** Returns the lines; none without classes, or with too many. */
  public static List<String> lines(Quality quality) {
    List<Quality.OfClass> classes = quality.classes();
    if (classes == null || classes.isEmpty() || classes.size() > MOST_CLASSES) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    List<String> names = classes.stream().map(Quality.OfClass::label).toList();
    lines.add(
        cell("right \\ given")
            + names.stream().map(QualityTable::cell).collect(Collectors.joining())
            + cell("precision")
            + cell("recall")
            + cell("F1"));
    for (Quality.OfClass each : classes) {
      Map<String, Long> given = quality.confusion().getOrDefault(each.label(), Map.of());
      lines.add(
          cell(each.label())
              + names.stream()
                  .map(
                      name -> cell(String.format(Locale.ROOT, "%,d", given.getOrDefault(name, 0L))))
                  .collect(Collectors.joining())
              + cell(ratio(each.precision()))
              + cell(ratio(each.recall()))
              + cell(ratio(each.f1())));
    }
    return lines;
  }

  private static String cell(String text) {
    String cut = text.length() < WIDTH ? text : text.substring(0, WIDTH - 2) + "…";
    return String.format(Locale.ROOT, FORMAT, cut);
  }

  private static String share(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * value);
  }

  private static String ratio(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.2f", value);
  }
}
