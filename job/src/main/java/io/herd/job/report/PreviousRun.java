package io.herd.job.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What the run before on the same work-dir came to, of those that wrote a whole output; {@code
 * run.json} has these fields under these names. What it didn't measure is null.
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
   * Of the work-dir's {@code run.json}: of a run that was stopped, or failed, the one before that.
   */
  public static Optional<PreviousRun> of(JsonObject report) {
    String outcome = text(report, "outcome");
    boolean whole = "done".equals(outcome) || "failed_rows".equals(outcome);
    Double rows = number(report, "rows_out");
    if (whole && rows != null && rows > 0) {
      return Optional.of(
          new PreviousRun(
              text(report, "started"),
              rows,
              number(report, "rows_failed"),
              number(report, "accuracy"),
              number(object(report, "quality"), "calibration_error"),
              number(report, "label_share"),
              generated(report) ? number(report, "rows_per_second") : null,
              number(report, "cost_per_thousand"),
              labels(object(report, "profile"))));
    }
    return report.get("previous") instanceof JsonObject earlier
        ? Optional.of(ofPrevious(earlier))
        : Optional.empty();
  }

  private static boolean generated(JsonObject report) {
    Double rows = number(report, "rows_generated");
    return rows != null && rows > 0;
  }

  private static PreviousRun ofPrevious(JsonObject of) {
    return new PreviousRun(
        text(of, "started"),
        number(of, "rows_out"),
        number(of, "rows_failed"),
        number(of, "accuracy"),
        number(of, "calibration_error"),
        number(of, "label_share"),
        number(of, "rows_per_second"),
        number(of, "cost_per_thousand"),
        labels(of));
  }

  private static Map<String, Double> labels(JsonObject of) {
    Map<String, Double> labels = new LinkedHashMap<>();
    JsonObject counts = object(of, "labels");
    counts.keySet().forEach(label -> labels.put(label, number(counts, label)));
    labels.values().removeIf(Objects::isNull);
    return labels;
  }

  private static JsonObject object(JsonObject of, String name) {
    return of.get(name) instanceof JsonObject object ? object : new JsonObject();
  }

  private static String text(JsonObject of, String name) {
    return isThere(of.get(name)) ? of.get(name).getAsString() : null;
  }

  private static Double number(JsonObject of, String name) {
    return isThere(of.get(name)) && of.getAsJsonPrimitive(name).isNumber()
        ? of.get(name).getAsDouble()
        : null;
  }

  private static boolean isThere(JsonElement value) {
    return value != null && value.isJsonPrimitive();
  }
}
