package io.herd.job.report;

import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Results of the previous run on the same work-dir that wrote a complete output; {@code run.json}
 * has these fields under these names. What it didn't measure is null.
 */
public record PreviousRun(
    String started,
    Double rowsOut,
    Double rowsFailed,
    Double accuracy,
    Double calibrationError,
    Double labelShare,
    Double rowsPerSecond,
    Double costPerThousand,
    Map<String, Double> labels) {

  /**
   * Reads the work-dir's {@code run.json}: if that run was stopped or failed, its own previous run.
   */
  public static Optional<PreviousRun> of(JsonObject json) {
    RunJson report = new RunJson(json);
    String outcome = report.text("outcome");
    boolean whole = "done".equals(outcome) || "failed_rows".equals(outcome);
    if (whole && report.count("rows_out") > 0) {
      return Optional.of(
          new PreviousRun(
              report.text("started"),
              report.number("rows_out"),
              report.number("rows_failed"),
              report.number("accuracy"),
              report.part("quality").number("calibration_error"),
              report.number("label_share"),
              report.generated() ? report.number("rows_per_second") : null,
              report.number("cost_per_thousand"),
              labels(report.part("profile"))));
    }
    return json.get("previous") instanceof JsonObject earlier
        ? Optional.of(ofPrevious(new RunJson(earlier)))
        : Optional.empty();
  }

  private static PreviousRun ofPrevious(RunJson of) {
    return new PreviousRun(
        of.text("started"),
        of.number("rows_out"),
        of.number("rows_failed"),
        of.number("accuracy"),
        of.number("calibration_error"),
        of.number("label_share"),
        of.number("rows_per_second"),
        of.number("cost_per_thousand"),
        labels(of));
  }

  private static Map<String, Double> labels(RunJson of) {
    Map<String, Double> labels = new LinkedHashMap<>();
    RunJson counts = of.part("labels");
    counts.json().keySet().forEach(label -> labels.put(label, counts.number(label)));
    labels.values().removeIf(Objects::isNull);
    return labels;
  }
}
