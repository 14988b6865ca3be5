package io.herd.job.output;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.herd.udfs.Quoted;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.results.Result;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Divides a snapshot's rows between two models. */
public final class CascadedRows {
  /** The value of {@code answered_by} for the small model. */
  public static final String SMALL = "small";

  /** The value of {@code answered_by} for the large model. */
  public static final String LARGE = "large";

  private CascadedRows() {}

  /** Returns the large model's view of rows, as if it were the only model. */
  public static Dataset<Row> large(Dataset<Row> rows) {
    List<Column> columns = new ArrayList<>();
    columns.add(col(SnapshotColumns.ROW));
    SnapshotColumns.ALL.stream()
        .filter(name -> !name.equals(SnapshotColumns.ROW))
        .forEach(name -> columns.add(large(name).as(name)));
    return rows.select(columns.toArray(Column[]::new));
  }

  /** Returns one of the large model's columns. */
  public static Column large(String name) {
    return col(SnapshotColumns.LARGE).getField(name);
  }

  /** Returns whether {@link Outputs#joined} rows keep the small model's label. */
  private static Column kept(double threshold) {
    return coalesce(
        Outputs.result("status")
            .equalTo(Result.OK)
            .and(Outputs.result("probability").geq(threshold)),
        lit(false));
  }

  /**
   * Returns the rows that the large model answers.
   *
   * @param results the log, with the small model's
   */
  public static Dataset<Row> unsure(Dataset<Row> snapshot, Dataset<Row> results, double threshold) {
    return Outputs.joined(snapshot, results)
        .filter(not(kept(threshold)))
        .drop(SnapshotColumns.RESULT);
  }

  /** Returns all rows, each with the key of the model that answers it, and that model's name. */
  public static Dataset<Row> answered(
      Dataset<Row> snapshot, Dataset<Row> results, double threshold) {
    Column kept = kept(threshold);
    List<Column> columns = new ArrayList<>();
    for (String name : snapshot.columns()) {
      Column own = col(Quoted.name(name));
      if (name.equals(SnapshotColumns.KEY) || name.equals(SnapshotColumns.ERROR)) {
        columns.add(when(kept, own).otherwise(large(name)).as(name));
      } else if (name.equals(SnapshotColumns.IDS)) { // the small model's tokenizer reads them
        columns.add(coalesce(own, large(name)).as(name));
      } else if (!name.equals(SnapshotColumns.LARGE)) {
        columns.add(own);
      }
    }
    columns.add(when(kept, lit(SMALL)).otherwise(lit(LARGE)).as(SnapshotColumns.ANSWERED_BY));
    return Outputs.joined(snapshot, results).select(columns.toArray(Column[]::new));
  }
}
