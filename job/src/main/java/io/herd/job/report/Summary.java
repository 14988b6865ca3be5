package io.herd.job.report;

import io.herd.job.config.Prices;
import io.herd.job.output.Review;
import io.herd.job.workdir.WorkDir;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints the last lines of a run. */
public final class Summary {
  private Summary() {}

  /**
   * Prints the lines.
   *
   * @param samples a few rows of the output, as text
   */
  public static void print(
      PrintStream out, RunReport report, String target, String workDir, List<String> samples) {
    out.println();
    samples.forEach(sample -> out.println("  " + sample));
    if (!samples.isEmpty()) {
      out.println();
    }
    report.unusedGpus().stream().limit(1).forEach(unused -> line(out, "device", unused));
    line(out, "rows", rows(report));
    line(out, "audit", report.audit().text());
    if (report.cascade() != null) {
      report.cascade().lines().forEach(each -> line(out, "cascade", each));
    }
    if (report.quality() != null) {
      line(out, "accuracy", QualityTable.accuracy(report.quality()));
      QualityTable.lines(report.quality()).forEach(line -> line(out, "", line));
    }
    if (report.labelShare() != null) {
      line(out, "labels", labels(report.labelShare()));
    }
    Distribution.lines(report.profile()).forEach(line -> line(out, "answers", line));
    line(
        out,
        "tokens",
        String.format(
            Locale.ROOT,
            "%,d in, %,d out%s%s; %,.0f per second while generating%s%s",
            report.tokensIn(),
            report.tokensOut(),
            cut(report),
            copied(report),
            report.tokensPerSecond(),
            rate(report),
            busy(report)));
    line(out, "time", time(report));
    line(
        out,
        "model",
        String.format(
            Locale.ROOT,
            "%s (%s), %.1f M weights, %s",
            report.model().id(),
            report.model().commit(),
            report.model().parameters() / 1e6,
            report.model().dtype()));
    line(out, "output", target);
    Warnings.of(report).forEach(warning -> line(out, "warning", warning));
    if (report.quality() != null && report.quality().disagreements() > 0) {
      line(
          out,
          "review",
          String.format(
              Locale.ROOT,
              "%s/%s: %,d rows that differ from the gold column, the most confident first",
              workDir,
              WorkDir.DISAGREEMENTS,
              Math.min(Review.MOST_ROWS, report.quality().disagreements())));
    }
    List<Changes.Line> changes = Changes.of(report);
    if (!changes.isEmpty()) {
      line(out, "before", "begun " + report.previous().started() + ", and the changes since:");
      changes.forEach(
          each ->
              line(
                  out,
                  "",
                  String.format(
                      Locale.ROOT,
                      "%-18s %12s -> %12s  %s",
                      each.name(),
                      each.before(),
                      each.now(),
                      each.change())));
    }
    if (report.cost() != null) {
      line(out, "cost", cost(report));
    }
    if (report.budget() != null) {
      line(out, "budget", report.budget().text());
    }
    line(out, "report", workDir + "/" + WorkDir.REPORT + " and run.json");
  }

  private static String cost(RunReport report) {
    return Prices.amount(report.cost())
        + (report.costPerThousand() == null
            ? ""
            : ", "
                + Prices.amount(report.costPerThousand())
                + " for 1,000 rows that were generated");
  }

  private static String rows(RunReport report) {
    String text =
        String.format(
            Locale.ROOT,
            "%,d in, %,d out: %,d ok, %,d failed",
            report.rowsIn(),
            report.rowsOut(),
            report.rowsOk(),
            report.rowsFailed());
    return text
        + String.format(
            Locale.ROOT,
            "; %,d generated now, %,d reused",
            report.rowsGenerated(),
            report.rowsReused());
  }

  private static String labels(double share) {
    return String.format(
            Locale.ROOT, "%.3g %% of the probability of all possible texts", 100 * share)
        + (share < RunReport.LOW_LABEL_SHARE
            ? ": low, so their form may be wrong (spaces, capitals, prompt.chat)"
            : "");
  }

  private static String cut(RunReport report) {
    long cut = Warnings.cut(report.profile());
    return cut == 0
        ? ""
        : String.format(Locale.ROOT, ", %,d completions cut at max-new-tokens", cut);
  }

  private static String copied(RunReport report) {
    return report.tokensCopied() == 0
        ? ""
        : String.format(Locale.ROOT, ", %,d of prompts copied from others", report.tokensCopied());
  }

  private static String rate(RunReport report) {
    return report.rowsGenerated() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            report.rowsPerSecond() < 10 ? ", %,.2f rows" : ", %,.0f rows",
            report.rowsPerSecond());
  }

  private static String busy(RunReport report) {
    return report.rowsGenerated() == 0
        ? ""
        : String.format(Locale.ROOT, ", the engines %.0f %% busy", 100 * report.engineBusy());
  }

  private static String time(RunReport report) {
    Map<String, Double> steps = report.secondsByStep();
    return String.format(Locale.ROOT, "%.1f s (", report.seconds())
        + steps.entrySet().stream()
            .map(step -> String.format(Locale.ROOT, "%s %.1f", step.getKey(), step.getValue()))
            .collect(Collectors.joining(", "))
        + ")";
  }

  private static void line(PrintStream out, String name, String value) {
    out.printf("  %-9s %s%n", name, value);
  }
}
