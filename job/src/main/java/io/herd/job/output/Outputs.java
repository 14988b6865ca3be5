package io.herd.job.output;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.when;

import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.results.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The output's rows: every row of the snapshot once, with its result. */
public final class Outputs {
  private Outputs() {}

  /**
   * Joins.
   *
   * @param results the log; equal keys carry equal results, of which one is kept
   * @param labels whether rows were labelled, else completed
   */
  public static Dataset<Row> of(Dataset<Row> snapshot, Dataset<Row> results, boolean labels) {
    Dataset<Row> once = results.dropDuplicates(new String[] {"key"});
    Dataset<Row> joined =
        snapshot.join(
            once, snapshot.col(SnapshotColumns.KEY).equalTo(once.col("key")), "left_outer");
    List<Column> columns = new ArrayList<>();
    Arrays.stream(snapshot.columns())
        .filter(name -> !SnapshotColumns.ALL.contains(name))
        .forEach(name -> columns.add(snapshot.col("`" + name.replace("`", "``") + "`")));
    List<String> own = labels ? List.of("label", "probability", "scores") : List.of("completion");
    own.forEach(name -> columns.add(once.col(name)));
    Column noPrompt = col(SnapshotColumns.ERROR).isNotNull();
    columns.add(when(noPrompt, lit(Result.FAILED)).otherwise(once.col("status")).as("status"));
    columns.add(once.col("finish_reason"));
    columns.add(
        when(noPrompt, lit(0)).otherwise(size(col(SnapshotColumns.IDS))).as("prompt_tokens"));
    columns.add(coalesce(once.col("completion_tokens"), lit(0)).as("completion_tokens"));
    columns.add(coalesce(col(SnapshotColumns.ERROR), once.col("error")).as("error"));
    return joined.select(columns.toArray(Column[]::new));
  }
}
