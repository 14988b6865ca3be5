package io.herd.job.verb;

import io.herd.job.config.Prices;
import io.herd.job.review.VariantsReport;
import io.herd.job.review.VariantsReport.Pair;
import io.herd.job.review.VariantsReport.Variant;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Function;

/** Prints a comparison of variants as a table. */
record VariantsTable(PrintStream out) {

  void print(VariantsReport report) {
    int width = report.variants().stream().mapToInt(each -> each.name().length()).max().orElse(0);
    String form = "  %-" + Math.max(8, width) + "s %-21s %9s %11s %9s %9s %9s %8s  %s%n";
    out.printf(Locale.ROOT, "%n  %,d rows with a right answer%n%n", report.rows());
    line(
        form,
        "variant",
        "accuracy (95 %)",
        "answered",
        "calibration",
        "macro F1",
        "generated",
        "rows/s",
        "1,000",
        "model");
    for (Variant each : report.variants()) {
      line(
          form,
          each.name(),
          accuracy(each),
          number(each.quality().coverage(), VariantsTable::share),
          number(each.quality().calibrationError(), VariantsTable::ratio),
          number(each.quality().macroF1(), VariantsTable::ratio),
          String.format(Locale.ROOT, "%,d", each.generated()),
          number(each.rowsPerSecond(), Prices::amount),
          number(each.costPerThousand(), Prices::amount),
          each.model() + ", " + each.dtype());
    }
    out.println();
    report.pairs().forEach(this::pair);
    out.println(
        "  p is McNemar's exact test on the rows that one of two alone has right, for all pairs at"
            + " once (Holm).");
    out.println("  A run with herd.variant=NAME takes up what was generated here.");
  }

  private void pair(Pair pair) {
    out.printf(
        Locale.ROOT,
        "  %s and %s differ in %,d rows: %,d are right in %s alone, %,d in %s alone; p = %.3g%n",
        pair.first(),
        pair.second(),
        pair.differ(),
        pair.onlyFirst(),
        pair.first(),
        pair.onlySecond(),
        pair.second(),
        pair.adjusted());
  }

  private void line(String form, Object... cells) {
    out.print(String.format(Locale.ROOT, form, cells).replaceAll(" +\n", "\n"));
  }

  private static String accuracy(Variant each) {
    return each.quality().accuracy() == null
        ? "-"
        : String.format(
            Locale.ROOT,
            "%.1f %% (%.1f to %.1f)",
            100 * each.quality().accuracy(),
            100 * each.accuracyInterval().low(),
            100 * each.accuracyInterval().high());
  }

  private static String number(Double value, Function<Double, String> text) {
    return value == null ? "-" : text.apply(value);
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * value);
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
