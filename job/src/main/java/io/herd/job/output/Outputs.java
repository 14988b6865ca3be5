package io.herd.job.output;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import io.herd.job.config.OwnColumns;
import io.herd.job.config.Settings;
import io.herd.udfs.Quoted;
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
  private static final String ABSTAINED = "abstained";

  /** The status of a row without a result, in a partial output. */
  private static final String PENDING = "pending";

  /** Answers with nested values. */
  private static final Set<String> NESTED =
      Set.of("scores", "labels", "categories", "completions", "logprobs");

  private Outputs() {}

  /**
   * Joins snapshot and results.
   *
   * @param results the log; of several with one key, one is kept
   */
  public static Dataset<Row> of(Dataset<Row> snapshot, Dataset<Row> results, Answers answers) {
    return of(joined(snapshot, results), answers);
  }

  /** Returns the output's rows with the prompt's token ids, the snapshot's column for them. */
  public static Dataset<Row> withIds(Dataset<Row> snapshot, Dataset<Row> results, Answers answers) {
    return withIds(joined(snapshot, results), answers);
  }

  /** Every row of the snapshot once, with its result, if it has one, as a struct. */
  public static Dataset<Row> joined(Dataset<Row> snapshot, Dataset<Row> results) {
    Dataset<Row> once = onePerKey(results);
    Column key = once.col("_herd_of");
    return snapshot
        .join(once, snapshot.col(SnapshotColumns.KEY).equalTo(key), "left_outer")
        .drop(key);
  }

  /**
   * The output of rows that have their results already, see {@link #joined}: {@link Own} columns
   * behind the input's.
   */
  public static Dataset<Row> of(Dataset<Row> joined, Answers answers) {
    return withIds(joined, answers).drop(SnapshotColumns.IDS);
  }

  /** Output rows with the prompt's token ids, of rows that {@link #joined} made. */
  public static Dataset<Row> withIds(Dataset<Row> joined, Answers answers) {
    List<Column> columns = ofInput(joined);
    answers.names().forEach(name -> columns.add(answers.column(name).as(Own.name(name))));
    Column noPrompt = col(SnapshotColumns.ERROR).isNotNull();
    columns.add(status(noPrompt));
    columns.add(
        when(answers.unsure(), lit(ABSTAINED))
            .otherwise(result("finish_reason"))
            .as(Own.name("finish_reason")));
    columns.add(
        when(noPrompt, lit(0))
            .otherwise(size(col(SnapshotColumns.IDS)))
            .as(Own.name("prompt_tokens")));
    columns.add(coalesce(result("completion_tokens"), lit(0)).as(Own.name("completion_tokens")));
    columns.add(coalesce(col(SnapshotColumns.ERROR), result("error")).as(Own.name("error")));
    columns.add(col(SnapshotColumns.IDS));
    return joined.select(columns.toArray(Column[]::new));
  }

  private static Column status(Column noPrompt) {
    return when(noPrompt, lit(Result.FAILED))
        .otherwise(coalesce(result("status"), lit(PENDING)))
        .as(Own.name("status"));
  }

  /** Returns a row's right answer as text, without the whitespace around it. */
  public static Column right(String goldColumn) {
    return trim(col(Quoted.name(goldColumn)).cast("string"));
  }

  /** Returns a field of a row's result in the log. */
  static Column result(String field) {
    return col(SnapshotColumns.RESULT).getField(field).as(field);
  }

  /**
   * Converts rows to what the format can store, under the configured names: csv and databases get
   * maps and lists as JSON, and no parsed values.
   */
  public static Dataset<Row> written(Dataset<Row> rows, Settings settings) {
    return settings.output().isBatch()
        ? BatchLines.of(settings).written(rows)
        : named(rows, settings.columns(), isFlat(settings.output().format()));
  }

  /** Gives the {@link Own} columns their configured names. */
  public static Dataset<Row> named(Dataset<Row> rows, Settings settings) {
    return named(rows, settings.columns(), false);
  }

  private static Dataset<Row> named(Dataset<Row> rows, OwnColumns names, boolean flat) {
    List<Column> columns = ofInput(rows);
    names
        .names()
        .forEach(
            (own, name) -> {
              if (!flat || !own.equals(Result.PARSED)) {
                boolean nested = flat && NESTED.contains(own);
                columns.add((nested ? to_json(Own.col(own)) : Own.col(own)).as(name));
              }
            });
    return rows.select(columns.toArray(Column[]::new));
  }

  private static List<Column> ofInput(Dataset<Row> rows) {
    List<Column> columns = new ArrayList<>();
    Arrays.stream(rows.columns())
        .filter(name -> !SnapshotColumns.isReserved(name))
        .forEach(name -> columns.add(col(Quoted.name(name))));
    return columns;
  }

  /** Returns whether a format stores only plain values. */
  public static boolean isFlat(String format) {
    return format.equalsIgnoreCase("csv") || format.equalsIgnoreCase(JdbcSink.FORMAT);
  }

  /**
   * Chooses one of several results of a key: the one that is ok, and among those the one whose JSON
   * is last. Concurrent runs may both have generated it, in different batches and so with different
   * digits.
   */
  private static Dataset<Row> onePerKey(Dataset<Row> results) {
    Column line = struct(Arrays.stream(results.columns()).map(results::col).toArray(Column[]::new));
    Column rank = struct(col("status"), to_json(line)); // "ok" is after "failed"
    return results
        .groupBy(col("key").as("_herd_of"))
        .agg(max_by(line, rank).as(SnapshotColumns.RESULT));
  }
}
