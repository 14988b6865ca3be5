package io.herd.job.output;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import io.herd.udfs.SystemException;
import io.herd.udfs.results.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;

/**
 * What went into the output, counted while it is written.
 *
 * @param rows written
 * @param ok of them with a result
 * @param failed of them without
 * @param tokensIn prompt tokens of the ok rows
 * @param tokensOut completion tokens of the ok rows
 * @param gold rows with a result and a right answer to compare it with
 * @param correct of them
 */
public record Counts(
    long rows, long ok, long failed, long tokensIn, long tokensOut, long gold, long correct) {

  /** Share of right answers, where there is anything to compare. */
  public Optional<Double> accuracy() {
    return gold == 0 ? Optional.empty() : Optional.of((double) correct / gold);
  }

  /** Rows that are watched on their way to the sink. */
  static Dataset<Row> observed(
      Dataset<Row> rows, Observation watch, Optional<String> gold, boolean labels) {
    Column ok = col("status").equalTo(Result.OK);
    List<Column> sums = new ArrayList<>();
    sums.add(sum(when(ok, 1).otherwise(0)).as("ok"));
    sums.add(sum(when(col("status").equalTo(Result.FAILED), 1).otherwise(0)).as("failed"));
    sums.add(sum(when(ok, col("prompt_tokens")).otherwise(0)).as("tokens_in"));
    sums.add(sum(when(ok, col("completion_tokens")).otherwise(0)).as("tokens_out"));
    Column right = gold.map(name -> trim(col("`" + name + "`").cast("string"))).orElse(lit(null));
    Column answer = gold.isPresent() ? trim(col(labels ? "label" : "completion")) : lit(null);
    Column compared = ok.and(right.isNotNull()).and(right.notEqual(""));
    sums.add(sum(when(compared, 1).otherwise(0)).as("gold"));
    sums.add(
        sum(when(compared.and(coalesce(right.equalTo(answer), lit(false))), 1).otherwise(0))
            .as("correct"));
    return rows.observe(watch, count(lit(1)).as("rows"), sums.toArray(Column[]::new));
  }

  static Counts of(Observation watch) {
    Map<String, Object> seen;
    try {
      seen = watch.getAsJava();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SystemException("interrupted while the output was counted", e);
    }
    return new Counts(
        number(seen, "rows"),
        number(seen, "ok"),
        number(seen, "failed"),
        number(seen, "tokens_in"),
        number(seen, "tokens_out"),
        number(seen, "gold"),
        number(seen, "correct"));
  }

  private static long number(Map<String, Object> seen, String name) {
    return seen.get(name) instanceof Number value ? value.longValue() : 0;
  }
}
