package io.herd.job.output;

import static org.apache.spark.sql.functions.array_except;
import static org.apache.spark.sql.functions.array_intersect;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.herd.job.config.Settings;
import io.herd.udfs.SystemException;
import io.herd.udfs.results.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;

/**
 * Counts of the output's rows, taken while they are written.
 *
 * @param rows written
 * @param ok of them with a result
 * @param failed of them without
 * @param tokensIn prompt tokens of the ok rows
 * @param tokensOut completion tokens of the ok rows
 * @param gold how the answers compare with the right ones
 * @param profile what the rows are like
 * @param answers what they were answered; null when they were in the output before
 */
public record Counts(
    long rows,
    long ok,
    long failed,
    long tokensIn,
    long tokensOut,
    Gold gold,
    Profile profile,
    AnswerSums answers) {

  /** No rows. */
  public static final Counts NONE =
      new Counts(0, 0, 0, 0, 0, new Gold(0, 0, 0, 0, 0, 0), Profile.NONE, null);

  /**
   * Answers compared with the gold column; all are 0 without one.
   *
   * @param compared rows with a result and a right answer
   * @param answered of them with an answer, rather than abstaining
   * @param correct of these with the right one
   * @param hits labels that are given and right, where rows have several
   * @param surplus labels that are given and wrong, there
   * @param missed labels that are right and not given, there
   */
  public record Gold(
      long compared, long answered, long correct, long hits, long surplus, long missed) {}

  /** Counts rows without writing them. */
  public static Counts counting(Dataset<Row> rows, Settings settings) {
    WatchedRows watched = WatchedRows.of(rows, settings, "herd rows counted");
    watched.rows().write().format("noop").mode("overwrite").save();
    return watched.counts().get();
  }

  /** Adds an observation to rows on their way to the sink. */
  static Dataset<Row> observed(Dataset<Row> rows, Observation watch, Settings settings) {
    Column ok = Own.col("status").equalTo(Result.OK);
    List<Column> sums = new ArrayList<>();
    sums.add(number(ok).as("ok"));
    sums.add(number(Own.col("status").equalTo(Result.FAILED)).as("failed"));
    sums.add(sum(when(ok, Own.col("prompt_tokens")).otherwise(0)).as("tokens_in"));
    sums.add(sum(when(ok, Own.col("completion_tokens")).otherwise(0)).as("tokens_out"));
    AnswerSums.Sums answers = AnswerSums.ofOwn(rows.schema(), settings);
    sums.add(answers.low().as("answers_low"));
    sums.add(answers.high().as("answers_high"));
    Comparison.of(settings).ifPresent(gold -> add(sums, gold, settings.labelling().multi()));
    return rows.observe(watch, count(lit(1)).as("rows"), sums.toArray(Column[]::new));
  }

  private static void add(List<Column> sums, Comparison gold, boolean several) {
    sums.add(number(gold.compared()).as("compared"));
    sums.add(number(gold.answered()).as("answered"));
    sums.add(number(gold.correct()).as("correct"));
    if (several) {
      sums.add(labels(gold, array_intersect(gold.right(), gold.answer())).as("hits"));
      sums.add(labels(gold, array_except(gold.answer(), gold.right())).as("surplus"));
      sums.add(labels(gold, array_except(gold.right(), gold.answer())).as("missed"));
    }
  }

  private static Column number(Column condition) {
    return sum(when(condition, 1).otherwise(0));
  }

  private static Column labels(Comparison gold, Column labels) {
    return sum(when(gold.answered(), size(labels)).otherwise(0));
  }

  static Counts of(Observation watch, Profile profile) {
    Map<String, Object> seen;
    try {
      seen = watch.getAsJava();
    } catch (InterruptedException e) {
      throw SystemException.interrupted("the output was counted", e);
    }
    return new Counts(
        number(seen, "rows"),
        number(seen, "ok"),
        number(seen, "failed"),
        number(seen, "tokens_in"),
        number(seen, "tokens_out"),
        new Gold(
            number(seen, "compared"),
            number(seen, "answered"),
            number(seen, "correct"),
            number(seen, "hits"),
            number(seen, "surplus"),
            number(seen, "missed")),
        profile,
        new AnswerSums(number(seen, "answers_low"), number(seen, "answers_high")));
  }

  /**
   * Returns counts of rows that are in the output already, perhaps with other results of the log.
   */
  Counts withoutAnswers() {
    return new Counts(rows, ok, failed, tokensIn, tokensOut, gold, profile, null);
  }

  private static long number(Map<String, Object> seen, String name) {
    return seen.get(name) instanceof Number value ? value.longValue() : 0;
  }
}
