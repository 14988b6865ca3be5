package io.herd.job.output;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.herd.job.config.Settings;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.results.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The output's rows: every row of the snapshot once, with its result. */
public final class Outputs {
  private static final Set<String> NESTED = Set.of("scores", "completions", "logprobs");

  private Outputs() {}

  /**
   * Joins.
   *
   * @param results the log; equal keys carry equal results, of which one is kept
   * @param settings tell whether rows were labelled or completed, and the format: csv has maps and
   *     arrays as JSON text
   */
  public static Dataset<Row> of(Dataset<Row> snapshot, Dataset<Row> results, Settings settings) {
    Dataset<Row> once = onePerKey(results);
    Dataset<Row> joined =
        snapshot.join(
            once, snapshot.col(SnapshotColumns.KEY).equalTo(once.col("key")), "left_outer");
    List<Column> columns = new ArrayList<>();
    Arrays.stream(snapshot.columns())
        .filter(name -> !SnapshotColumns.ALL.contains(name))
        .forEach(name -> columns.add(snapshot.col("`" + name.replace("`", "``") + "`")));
    boolean csv = settings.output().format().equalsIgnoreCase("csv");
    for (String answer : Result.answers(settings.generate())) {
      boolean nested = NESTED.contains(answer);
      columns.add(csv && nested ? to_json(once.col(answer)).as(answer) : once.col(answer));
    }
    Column noPrompt = col(SnapshotColumns.ERROR).isNotNull();
    columns.add(when(noPrompt, lit(Result.FAILED)).otherwise(once.col("status")).as("status"));
    columns.add(once.col("finish_reason"));
    columns.add(
        when(noPrompt, lit(0)).otherwise(size(col(SnapshotColumns.IDS))).as("prompt_tokens"));
    columns.add(coalesce(once.col("completion_tokens"), lit(0)).as("completion_tokens"));
    columns.add(coalesce(col(SnapshotColumns.ERROR), once.col("error")).as("error"));
    return joined.select(columns.toArray(Column[]::new));
  }

  /** The result, or where there is none, the failure. */
  private static Dataset<Row> onePerKey(Dataset<Row> results) {
    Column line = struct(Arrays.stream(results.columns()).map(results::col).toArray(Column[]::new));
    return results
        .groupBy(col("key").as("of"))
        .agg(max_by(line, col("status")).as("line")) // "ok" comes after "failed"
        .select("line.*");
  }
}
