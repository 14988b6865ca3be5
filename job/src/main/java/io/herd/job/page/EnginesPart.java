package io.herd.job.page;

import io.herd.job.config.Prices;
import io.herd.job.report.RunReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The engines, their busy time and their cost. */
final class EnginesPart {
  private EnginesPart() {}

  static List<Html> of(RunReport report) {
    List<Html> parts = new ArrayList<>();
    String busy =
        report.rowsGenerated() == 0
            ? "No engine was needed."
            : "The engines computed "
                + Numbers.share(report.engineBusy())
                + " of the time that tasks held them; the rest is waiting for rows and work around"
                + " the model.";
    parts.add(Html.tag("p", busy));
    if (report.tokensCopied() > 0) {
      parts.add(
          Html.tag(
              "p",
              String.format(
                  Locale.ROOT,
                  "%,d prompt tokens weren't computed again, because other prompts share them.",
                  report.tokensCopied())));
    }
    if (report.cost() != null) {
      parts.add(
          Html.tag(
              "p",
              String.format(
                  Locale.ROOT,
                  "%,d executor%s for %s cost %s, including tokens if they have a price, in the"
                      + " currency of herd.run.cost-per-executor-hour.",
                  report.executors(),
                  report.executors() == 1 ? "" : "s",
                  Numbers.seconds(report.seconds()),
                  Prices.amount(report.cost()))));
    }
    if (report.budget() != null) {
      parts.add(Html.tag("p", "Budget: " + report.budget().text() + "."));
    }
    if (!report.engines().isEmpty()) {
      parts.add(
          Html.tag("ul", report.engines().stream().map(each -> Html.tag("li", each)).toList()));
    }
    return parts;
  }
}
