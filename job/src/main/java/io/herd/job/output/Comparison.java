package io.herd.job.output;

import static org.apache.spark.sql.functions.array_except;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.trim;

import io.herd.job.config.Settings;
import io.herd.udfs.Quoted;
import io.herd.udfs.results.Result;
import java.util.Optional;
import org.apache.spark.sql.Column;

/**
 * An output row's answer beside the right one, as columns. Both are texts, or with multi-labelling
 * sets of them.
 *
 * @param right the right answer
 * @param answer the row's
 * @param compared whether the row has a result and a right answer
 * @param answered whether it was compared and has an answer, rather than abstaining
 * @param correct whether that is the right one
 */
record Comparison(Column right, Column answer, Column compared, Column answered, Column correct) {

  /** Returns the comparison; empty without a gold column. */
  static Optional<Comparison> of(Settings settings) {
    boolean several = settings.labelling().multi();
    return settings
        .goldColumn()
        .map(gold -> several ? sets(gold) : texts(gold, settings.labelling().on()));
  }

  private static Comparison texts(String gold, boolean labels) {
    Column right = Outputs.right(gold);
    Column answer = trim(Own.col(labels ? "label" : "completion"));
    Column compared = ok().and(right.isNotNull()).and(right.notEqual(""));
    return of(right, answer, compared, right.equalTo(answer));
  }

  private static Comparison sets(String gold) {
    String trimmed = "transform(" + Quoted.name(gold) + ", each -> trim(CAST(each AS STRING)))";
    Column right = expr("array_distinct(filter(" + trimmed + ", each -> each <> ''))");
    Column answer = Own.col("labels");
    Column same = size(array_except(right, answer)).plus(size(array_except(answer, right)));
    return of(right, answer, ok().and(right.isNotNull()), same.equalTo(0));
  }

  private static Comparison of(Column right, Column answer, Column compared, Column same) {
    Column answered = compared.and(answer.isNotNull());
    return new Comparison(
        right, answer, compared, answered, answered.and(coalesce(same, lit(false))));
  }

  private static Column ok() {
    return Own.col("status").equalTo(Result.OK);
  }
}
