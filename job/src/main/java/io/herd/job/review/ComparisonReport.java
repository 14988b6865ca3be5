package io.herd.job.review;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.job.output.Quality;

/**
 * Two runs side by side; {@code compare --json} prints these fields, their names in snake case.
 *
 * @param idColumn by which rows were found again, or null where all values had to be equal
 * @param rowsBoth rows that both have a result for
 * @param rowsDiffer of them with another answer
 * @param rowsGold of them with a right answer
 * @param onlyFirst of these, right in the first run alone; null without any
 * @param onlySecond right in the second alone
 * @param mcnemar how likely so unequal a number is for runs that are equally good (exact test)
 */
public record ComparisonReport(
    int schema,
    String idColumn,
    long rowsBoth,
    long rowsDiffer,
    long rowsGold,
    Long onlyFirst,
    Long onlySecond,
    Double mcnemar,
    Side first,
    Side second) {
  static final int SCHEMA = 1;

  /**
   * One of them.
   *
   * @param quality over the rows that both have, or null without right answers
   * @param accuracyInterval at 95 %
   * @param rowsPerSecond and what follows: of its last call, as its {@code run.json} has it; null
   *     where that generated nothing
   */
  public record Side(
      String workDir,
      String started,
      String outcome,
      String model,
      String dtype,
      long rowsOk,
      long rowsFailed,
      Quality quality,
      Interval accuracyInterval,
      Double rowsPerSecond,
      Double tokensPerSecond,
      Double seconds,
      Double cost,
      Double costPerThousand) {

    static Side of(LoggedRun run, Quality quality) {
      JsonObject report = run.report();
      JsonElement model = report.get("model");
      JsonObject used = model instanceof JsonObject object ? object : new JsonObject();
      boolean generated = count(report, "rows_generated") > 0;
      return new Side(
          run.toString(),
          text(report, "started"),
          text(report, "outcome"),
          text(used, "id"),
          text(used, "dtype"),
          count(report, "rows_ok"),
          count(report, "rows_failed"),
          quality,
          quality == null
              ? null
              : Statistics.wilson(quality.answered(), quality.answered() - quality.disagreements()),
          generated ? number(report, "rows_per_second") : null,
          generated ? number(report, "tokens_per_second") : null,
          generated ? number(report, "seconds") : null,
          generated ? number(report, "cost") : null,
          number(report, "cost_per_thousand"));
    }

    private static String text(JsonObject of, String name) {
      return of.get(name) == null || of.get(name).isJsonNull() ? null : of.get(name).getAsString();
    }

    private static long count(JsonObject of, String name) {
      Double number = number(of, name);
      return number == null ? 0 : number.longValue();
    }

    private static Double number(JsonObject of, String name) {
      return of.get(name) == null || of.get(name).isJsonNull() ? null : of.get(name).getAsDouble();
    }
  }
}
