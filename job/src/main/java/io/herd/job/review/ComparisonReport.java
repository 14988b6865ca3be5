package io.herd.job.review;

import io.herd.job.output.Quality;
import io.herd.job.report.RunJson;
import io.herd.job.statistics.Interval;
import io.herd.job.statistics.Statistics;

/**
 * The comparison of two runs; {@code compare --json} prints these fields, their names in snake
 * case.
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
   * One of the two runs.
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
      RunJson report = new RunJson(run.report());
      RunJson model = report.part("model");
      boolean generated = report.generated();
      return new Side(
          run.toString(),
          report.text("started"),
          report.text("outcome"),
          model.text("id"),
          model.text("dtype"),
          report.count("rows_ok"),
          report.count("rows_failed"),
          quality,
          quality == null
              ? null
              : Statistics.wilson(quality.answered(), quality.answered() - quality.disagreements()),
          generated ? report.number("rows_per_second") : null,
          generated ? report.number("tokens_per_second") : null,
          generated ? report.number("seconds") : null,
          generated ? report.number("cost") : null,
          report.number("cost_per_thousand"));
    }
  }
}
