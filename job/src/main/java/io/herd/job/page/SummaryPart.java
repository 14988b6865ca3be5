package io.herd.job.page;

import io.herd.job.config.Prices;
import io.herd.job.report.RunReport;
import io.herd.job.report.Warnings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Summarizes a run in a few numbers and sentences. */
final class SummaryPart {
  private SummaryPart() {}

  /** Returns the end of a sentence that begins with the name. */
  static String outcome(RunReport report) {
    return switch (report.outcome()) {
      case "done" -> "ran to the end";
      case "failed_rows" -> "found more failed rows than were accepted";
      case "stopped" -> "was stopped early";
      case "user_error" -> "needs a correction";
      default -> "failed";
    };
  }

  static List<Html> of(RunReport report) {
    List<Html> parts = new ArrayList<>();
    parts.add(
        Html.tag(
            "p",
            String.format(
                Locale.ROOT,
                "Began %s and took %s, with %s. Exit code %d (%s).",
                report.started(),
                Numbers.seconds(report.seconds()),
                report.model() == null
                    ? "no model yet"
                    : report.model().id() + " in " + report.model().dtype(),
                report.exitCode(),
                report.outcome())));
    report.unusedGpus().forEach(unused -> parts.add(Html.tag("p", unused + ".")));
    if (report.error() != null) {
      parts.add(Html.tag("pre", report.error()).with("class", "error").with("tabindex", 0));
    }
    Warnings.of(report)
        .forEach(warning -> parts.add(Html.tag("p", warning + ".").with("class", "warning")));
    parts.add(tiles(report));
    if (report.cascade() != null) {
      report.cascade().lines().forEach(line -> parts.add(Html.tag("p", "Cascade: " + line + ".")));
      parts.add(Html.tag("p", report.cascade().promise()));
    }
    if (report.audit() != null) {
      parts.add(Html.tag("p", "Audit: " + report.audit().text() + "."));
    }
    return parts;
  }

  private static Html tiles(RunReport report) {
    List<Html> tiles = new ArrayList<>();
    tile(tiles, "rows in", Numbers.count(report.rowsIn()));
    tile(tiles, "rows out", Numbers.count(report.rowsOut()));
    tile(tiles, "ok", Numbers.count(report.rowsOk()));
    tile(tiles, "failed", Numbers.count(report.rowsFailed()));
    tile(tiles, "generated now", Numbers.count(report.rowsGenerated()));
    tile(tiles, "reused", Numbers.count(report.rowsReused()));
    tile(tiles, "tokens in", Numbers.count(report.tokensIn()));
    tile(tiles, "tokens out", Numbers.count(report.tokensOut()));
    tile(tiles, "tokens a second", Numbers.rate(report.tokensPerSecond()));
    if (report.rowsGenerated() > 0) {
      tile(tiles, "rows a second", Numbers.rate(report.rowsPerSecond()));
    }
    if (report.labelShare() != null) {
      tile(tiles, "labels' share", Prices.amount(100 * report.labelShare()) + " %");
    }
    if (report.accuracy() != null) {
      tile(tiles, "accuracy", Numbers.share(report.accuracy()));
    }
    if (report.cost() != null) {
      tile(tiles, "cost", Prices.amount(report.cost()));
    }
    if (report.costPerThousand() != null) {
      tile(tiles, "cost of 1,000 rows", Prices.amount(report.costPerThousand()));
    }
    return Html.tag("dl", tiles);
  }

  private static void tile(List<Html> tiles, String name, String value) {
    tiles.add(Html.tag("div", Html.tag("dt", name), Html.tag("dd", value)));
  }

  /** Returns the next steps for the user. */
  static String next(RunReport report) {
    Object run = report.configuration().get("run");
    String workDir = run instanceof Map<?, ?> keys ? String.valueOf(keys.get("work-dir")) : "";
    String again =
        "Run the same command again, with the work-dir "
            + workDir
            + ": rows that have a result there are not generated again.";
    return switch (report.outcome()) {
      case "done" -> "There is nothing left to do. " + again;
      case "failed_rows" ->
          "The reasons are above and in the output's column error. " + again + " Failed rows are.";
      case "user_error" -> "Correct what the message says. " + again;
      default -> again;
    };
  }
}
