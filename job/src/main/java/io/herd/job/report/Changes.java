package io.herd.job.report;

import io.herd.job.config.Prices;
import io.herd.job.output.Quality;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/** Compares a run's numbers with those of the previous run, for people. */
public final class Changes {
  /** With more labels the table would be unreadable. */
  private static final int MOST_LABELS = 20;

  private final List<Line> lines = new ArrayList<>();

  private Changes() {}

  /** One number; {@code change} is the difference, in the number's own unit. */
  public record Line(String name, String before, String now, String change) {}

  /** Returns the numbers that both runs have; empty without a previous run. */
  public static List<Line> of(RunReport report) {
    PreviousRun before = report.previous();
    Changes changes = new Changes();
    if (before != null && report.rowsOut() > 0) {
      changes.fill(before, report);
    }
    return List.copyOf(changes.lines);
  }

  private void fill(PreviousRun before, RunReport report) {
    Quality quality = report.quality();
    add("rows", before.rowsOut(), (double) report.rowsOut(), Changes::count);
    add("failed rows", before.rowsFailed(), (double) report.rowsFailed(), Changes::count);
    add("accuracy", before.accuracy(), report.accuracy(), Changes::share);
    add(
        "calibration error",
        before.calibrationError(),
        quality == null ? null : quality.calibrationError(),
        value -> String.format(Locale.ROOT, "%.3f", value));
    add("labels' share", before.labelShare(), report.labelShare(), Changes::share);
    labels(before.labels(), report.profile().labels());
    if (report.rowsGenerated() > 0) {
      add("rows a second", before.rowsPerSecond(), report.rowsPerSecond(), Prices::amount);
      add("cost of 1,000 rows", before.costPerThousand(), report.costPerThousand(), Prices::amount);
    }
  }

  /** Compares each label's share of the labelled rows. */
  private void labels(Map<String, Double> before, Map<String, Long> now) {
    double allBefore = before.values().stream().mapToDouble(rows -> rows).sum();
    double allNow = now.values().stream().mapToLong(rows -> rows).sum();
    TreeSet<String> labels = new TreeSet<>(before.keySet());
    labels.addAll(now.keySet());
    if (allBefore == 0 || allNow == 0 || labels.size() > MOST_LABELS) {
      return;
    }
    for (String label : labels) {
      add(
          "label " + label,
          before.getOrDefault(label, 0.0) / allBefore,
          now.getOrDefault(label, 0L) / allNow,
          Changes::share);
    }
  }

  private void add(String name, Double before, Double now, Function<Double, String> text) {
    if (before != null && now != null) {
      double change = now - before;
      String sign = change < 0 ? "-" : "+";
      lines.add(
          new Line(name, text.apply(before), text.apply(now), sign + text.apply(Math.abs(change))));
    }
  }

  private static String count(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * value);
  }
}
