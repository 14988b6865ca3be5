package io.herd.job.verb;

import io.herd.job.exit.ExitCode;
import io.herd.job.output.LocalLines;
import io.herd.job.output.Quality;
import io.herd.job.report.QualityTable;
import io.herd.job.review.CorrectedRun;
import io.herd.job.review.LoggedRun;
import io.herd.job.review.ReviewReport;
import io.herd.job.review.Selection;
import io.herd.job.workdir.WorkDir;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * {@code herd review}: exports a run's rows for human review, and evaluates the corrections. It
 * generates nothing.
 */
public final class ReviewVerb {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS", Locale.ROOT);

  private final SparkSession spark;
  private final PrintStream out;
  private final Clock clock;

  public ReviewVerb(SparkSession spark, PrintStream out, Clock clock) {
    this.spark = spark;
    this.out = out;
    this.clock = clock;
  }

  /** Writes the rows to review. */
  public ExitCode write(String place, Path file, int most) {
    LocalLines.named(file).requireNew();
    String rows =
        Selection.of(LoggedRun.open(spark, place)).write(file, most).entrySet().stream()
            .map(each -> String.format(Locale.ROOT, "%,d %s", each.getValue(), each.getKey()))
            .collect(Collectors.joining(", "));
    line("written", file + ": " + (rows.isEmpty() ? "no rows" : rows));
    line("next", "write the right label into right, then submit/herd review " + place + " " + file);
    return ExitCode.DONE;
  }

  /** Reads the corrections and evaluates the run again. */
  public ExitCode read(String place, Path file, boolean json) {
    LoggedRun run = LoggedRun.open(spark, place);
    ReviewReport report = CorrectedRun.of(run, file).report();
    String name = "review-" + TIME.format(clock.instant().atZone(ZoneOffset.UTC)) + ".json";
    String written = run.write(name, report);
    if (json) {
      out.println(WorkDir.json(report));
    } else {
      print(report);
      line("report", written);
    }
    return ExitCode.DONE;
  }

  private void print(ReviewReport report) {
    line(
        "file",
        String.format(
            Locale.ROOT,
            "%s: %,d of %,d rows have a right label; %,d answers and %,d gold labels differ from"
                + " it",
            report.file(),
            report.looked(),
            report.lines(),
            report.wrong(),
            report.goldChanged()));
    line("measured", basis(report.basis()));
    Quality quality = report.quality();
    String before =
        report.before() == null || report.before().accuracy() == null
            ? ""
            : String.format(Locale.ROOT, "; before %.1f %%", 100 * report.before().accuracy());
    String interval =
        report.accuracyInterval() == null
            ? ""
            : String.format(
                Locale.ROOT,
                "; 95 %% interval %.1f to %.1f %%",
                100 * report.accuracyInterval().low(),
                100 * report.accuracyInterval().high());
    line("accuracy", QualityTable.accuracy(quality) + interval + before);
    QualityTable.lines(quality).forEach(line -> line("", line));
    report.abstainBelow().forEach((target, value) -> abstain(report, target, value));
  }

  private static String basis(String basis) {
    return switch (basis) {
      case "gold" -> "all rows with a right answer: the gold column, corrected by the file";
      case "random" -> "the file's random rows; the run has no gold column";
      default ->
          "the file's rows only, which were selected and don't represent the run's other rows";
    };
  }

  private void abstain(ReviewReport report, String target, Double value) {
    double share = 100 * Double.parseDouble(target);
    if (value == null) {
      line(
          "abstain",
          String.format(
              Locale.ROOT, "%.0f %% right: no threshold reaches this with confidence", share));
      return;
    }
    ReviewReport.Threshold reached =
        report.thresholds().stream()
            .filter(each -> each.abstainBelow() == value)
            .findFirst()
            .orElseThrow();
    line(
        "abstain",
        String.format(
            Locale.ROOT,
            "%.0f %% right: herd.labelling.abstain-below = %s; %.1f %% of the rows keep their"
                + " label",
            share,
            value,
            100 * reached.coverage()));
  }

  private void line(String name, String text) {
    out.printf(Locale.ROOT, "  %-9s %s%n", name, text);
  }
}
