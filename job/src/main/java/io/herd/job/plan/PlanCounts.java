package io.herd.job.plan;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.herd.udfs.partition.SnapshotColumns;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Computes the numbers of a {@link Plan} in one query: groups the snapshot's rows and the log's
 * keys by key, and sums the groups. A group without snapshot rows is a key of other rows.
 */
final class PlanCounts {
  private static final Column KEY = col(SnapshotColumns.KEY);
  private static final Column IDS = col(SnapshotColumns.IDS);
  private static final Column NEW_TOKENS = col(SnapshotColumns.NEW_TOKENS);
  private static final String DONE = "done";

  private PlanCounts() {}

  /**
   * Runs the query.
   *
   * @param done one column, the keys that have a result; a key may be there more than once
   */
  static Row of(Dataset<Row> snapshot, Dataset<Row> done) {
    Column known = KEY.isNotNull().and(col("rows").gt(0));
    Column pending = known.and(not(col(DONE)));
    Column tokens = size(IDS);
    return groups(snapshot, done)
        .agg(
            zeroIfNone(sum("rows")).as("rows"),
            zeroIfNone(sum("failed")).as("failed"),
            zeroIfNone(sum("cut")).as("cut"),
            count(when(known, 1)).as("distinct"),
            count(when(pending, 1)).as("prompts"),
            zeroIfNone(sum(when(pending, tokens))).as("tokens"),
            coalesce(max(when(pending, tokens)), lit(0)).as("longest"),
            min(when(pending, tokens)).as("shortest"),
            min(when(pending, IDS)).as("least"),
            max(when(pending, IDS)).as("greatest"),
            zeroIfNone(sum(when(pending, NEW_TOKENS))).as("asked_tokens"),
            count(when(pending, NEW_TOKENS)).as("asking"))
        .head();
  }

  private static Dataset<Row> groups(Dataset<Row> snapshot, Dataset<Row> done) {
    Column error = col(SnapshotColumns.ERROR);
    Column cut = col(SnapshotColumns.CUT);
    Dataset<Row> rows =
        snapshot.select(KEY, IDS, NEW_TOKENS, error.isNotNull().as("failed"), cut, lit(false));
    Dataset<Row> keys =
        done.select(
            done.col(done.columns()[0]),
            lit(null).cast("array<int>"),
            lit(null).cast("int"),
            lit(false),
            lit(false),
            lit(true));
    return rows.union(keys)
        .toDF(
            SnapshotColumns.KEY,
            SnapshotColumns.IDS,
            SnapshotColumns.NEW_TOKENS,
            "failed",
            "cut",
            DONE)
        .groupBy(KEY)
        .agg(
            count(when(not(col(DONE)), 1)).as("rows"),
            count(when(col("failed"), 1)).as("failed"),
            count(when(col("cut"), 1)).as("cut"),
            max(DONE).as(DONE),
            first(IDS, true).as(SnapshotColumns.IDS),
            first(NEW_TOKENS, true).as(SnapshotColumns.NEW_TOKENS));
  }

  private static Column zeroIfNone(Column sum) {
    return coalesce(sum, lit(0L));
  }
}
