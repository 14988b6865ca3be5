package io.herd.job.review;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.herd.job.output.Counts;
import io.herd.job.output.Quality;
import io.herd.udfs.UserException;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Counts rows in groups.
 *
 * @param groups right answer and answer, both null for texts; bin of the probability, last {@link
 *     Thresholds#GRID grid} value reached, whether what the model said is right, whether that is
 *     its answer; number and sum of the probabilities
 */
record Cells(List<Row> groups) {
  /** The maximum number of groups that the driver aggregates. */
  private static final int MOST = 100_000;

  /**
   * Counts the rows of each group.
   *
   * @param rows with a right answer
   * @param answer or null, where the row abstained
   * @param said what would be the answer, were it sure enough
   * @param labelled whether right answers are labels, which are few
   */
  static Cells of(
      Dataset<Row> rows,
      Column right,
      Column answer,
      Column said,
      Column probability,
      boolean labelled) {
    Column none = lit(null).cast("string");
    Column sure = coalesce(probability, lit(1.0));
    Column bin = least(floor(sure.multiply(Quality.BINS)), lit(Quality.BINS - 1));
    List<Row> groups =
        rows.groupBy(
                (labelled ? right : none).as("right"),
                (labelled ? answer : none).as("answer"),
                bin.cast("int").as("bin"),
                reached(sure).as("reached"),
                coalesce(right.equalTo(said), lit(false)).as("is_right"),
                answer.isNotNull().as("is_answered"))
            .agg(count(lit(1)), sum(sure))
            .limit(MOST + 1)
            .collectAsList();
    if (groups.size() > MOST) {
      throw new UserException(
          "the run has too many different pairs of right and predicted labels",
          "review and compare support up to a few hundred labels.");
    }
    return new Cells(groups);
  }

  private static Column reached(Column probability) {
    Column reached = lit(0);
    for (int at = 1; at < Thresholds.GRID.length; at++) {
      reached = reached.plus(when(probability.geq(Thresholds.GRID[at]), 1).otherwise(0));
    }
    return reached;
  }

  Quality quality(boolean labelled) {
    long all = 0;
    long answered = 0;
    long correct = 0;
    for (Row each : groups) {
      all += rows(each);
      answered += isAnswered(each) ? rows(each) : 0;
      correct += isAnswered(each) && isRight(each) ? rows(each) : 0;
    }
    Counts.Gold gold = new Counts.Gold(all, answered, correct, 0, 0, 0);
    return labelled
        ? Quality.of(gold, groups.stream().map(Cells::cell).toList())
        : Quality.of(gold, false);
  }

  List<ReviewReport.Threshold> thresholds() {
    long[] rows = new long[Thresholds.GRID.length];
    long[] right = new long[Thresholds.GRID.length];
    for (Row each : groups) {
      rows[each.getInt(3)] += rows(each);
      right[each.getInt(3)] += isRight(each) ? rows(each) : 0;
    }
    return Thresholds.of(rows, right);
  }

  private static Quality.Cell cell(Row group) {
    return new Quality.Cell(
        group.getString(0), group.getString(1), group.getInt(2), rows(group), group.getDouble(7));
  }

  private static boolean isRight(Row group) {
    return group.getBoolean(4);
  }

  private static boolean isAnswered(Row group) {
    return group.getBoolean(5);
  }

  private static long rows(Row group) {
    return group.getLong(6);
  }
}
