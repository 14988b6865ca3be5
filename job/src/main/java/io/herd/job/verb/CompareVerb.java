package io.herd.job.verb;

import io.herd.job.config.Prices;
import io.herd.job.exit.ExitCode;
import io.herd.job.output.LocalLines;
import io.herd.job.output.Quality;
import io.herd.job.review.ComparedRuns;
import io.herd.job.review.ComparisonReport;
import io.herd.job.review.ComparisonReport.Side;
import io.herd.job.review.LoggedRun;
import io.herd.job.workdir.WorkDir;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;

/** {@code herd compare}: compares two existing runs. It generates nothing. */
public final class CompareVerb {
  private final SparkSession spark;
  private final PrintStream out;

  public CompareVerb(SparkSession spark, PrintStream out) {
    this.spark = spark;
    this.out = out;
  }

  /**
   * Compares and prints.
   *
   * @param file gets the rows with another answer, if there is one
   */
  public ExitCode run(String first, String second, Optional<Path> file, boolean json) {
    Optional<LocalLines> lines = file.map(LocalLines::named);
    lines.ifPresent(LocalLines::requireNew);
    ComparedRuns runs =
        ComparedRuns.of(LoggedRun.open(spark, first), LoggedRun.open(spark, second));
    ComparisonReport report = runs.report();
    if (json) {
      out.println(WorkDir.json(report));
    } else {
      print(report);
    }
    lines.ifPresent(
        each -> {
          long written = each.write(runs.differing());
          if (!json) {
            out.printf(Locale.ROOT, "  %-18s %,d rows into %s%n", "written", written, each.file());
          }
        });
    return ExitCode.DONE;
  }

  private void print(ComparisonReport report) {
    Side a = report.first();
    Side b = report.second();
    cells("", a.workDir(), b.workDir(), "");
    cells("model", model(a), model(b), "");
    cells("begun", a.started(), b.started(), "");
    numbers(report, "rows ok", side -> (double) side.rowsOk(), CompareVerb::count);
    numbers(report, "rows failed", side -> (double) side.rowsFailed(), CompareVerb::count);
    if (a.quality() != null) {
      cells("accuracy", accuracy(a), accuracy(b), change(report));
      numbers(report, "answered", side -> side.quality().coverage(), CompareVerb::share);
      numbers(report, "macro F1", side -> side.quality().macroF1(), CompareVerb::ratio);
      numbers(
          report,
          "calibration error",
          side -> side.quality().calibrationError(),
          CompareVerb::ratio);
    }
    numbers(report, "rows a second", Side::rowsPerSecond, Prices::amount);
    numbers(report, "tokens a second", Side::tokensPerSecond, Prices::amount);
    numbers(report, "seconds", Side::seconds, Prices::amount);
    numbers(report, "cost", Side::cost, Prices::amount);
    numbers(report, "cost of 1,000", Side::costPerThousand, Prices::amount);
    out.println();
    out.printf(
        Locale.ROOT,
        "  %,d rows are in both, found by %s; %,d (%.1f %%) have another answer%n",
        report.rowsBoth(),
        report.idColumn() == null ? "their values" : "the column " + report.idColumn(),
        report.rowsDiffer(),
        100.0 * report.rowsDiffer() / Math.max(1, report.rowsBoth()));
    if (report.mcnemar() != null) {
      out.printf(
          Locale.ROOT,
          "  %,d have a right answer: %,d are right in the first run alone, %,d in the second"
              + " alone; McNemar's exact test p = %.3g%n",
          report.rowsGold(),
          report.onlyFirst(),
          report.onlySecond(),
          report.mcnemar());
    }
  }

  private static String model(Side side) {
    return side.model() == null ? "-" : side.model() + ", " + side.dtype();
  }

  private static String accuracy(Side side) {
    Quality quality = side.quality();
    return quality.accuracy() == null
        ? "-"
        : String.format(
            Locale.ROOT,
            "%.1f %% (%.1f to %.1f)",
            100 * quality.accuracy(),
            100 * side.accuracyInterval().low(),
            100 * side.accuracyInterval().high());
  }

  private static String change(ComparisonReport report) {
    Double a = report.first().quality().accuracy();
    Double b = report.second().quality().accuracy();
    return a == null || b == null ? "" : String.format(Locale.ROOT, "%+.1f points", 100 * (b - a));
  }

  /** Prints a line, unless neither run has the number. */
  private void numbers(
      ComparisonReport report,
      String name,
      Function<Side, Double> number,
      Function<Double, String> text) {
    Double a = number.apply(report.first());
    Double b = number.apply(report.second());
    if (a != null || b != null) {
      boolean both = a != null && b != null && a != 0;
      cells(
          name,
          a == null ? "-" : text.apply(a),
          b == null ? "-" : text.apply(b),
          both ? String.format(Locale.ROOT, "%+.1f %%", 100 * (b - a) / a) : "");
    }
  }

  private void cells(String name, String first, String second, String change) {
    out.print(
        String.format(Locale.ROOT, "  %-18s %-30s %-30s %s%n", name, first, second, change)
            .replaceAll(" +\n", "\n"));
  }

  private static String count(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * value);
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
