package io.herd.job.cascade;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.herd.job.cascade.ThresholdChoice.Case;
import io.herd.job.config.Cascade;
import io.herd.job.config.Settings;
import io.herd.job.output.CascadedRows;
import io.herd.job.output.Outputs;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.results.Result;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The rows that both models label. Which they are depends on the seed and on what the rows hold:
 * the n-th row with a prompt has a number of its own, so that equal rows count as often as they are
 * there, and the same are drawn again whenever the snapshot is taken.
 *
 * @param rows of the snapshot
 * @param population rows that they were drawn from
 */
public record CascadeSample(Settings settings, Dataset<Row> rows, long population) {
  private static final String DRAW = "_herd_draw";

  /**
   * Draws from the rows for which the large model has a prompt and, for accuracy, that have a right
   * answer.
   */
  public static CascadeSample of(Dataset<Row> snapshot, Settings settings) {
    Cascade cascade = settings.cascade().orElseThrow();
    Column key = CascadedRows.large(SnapshotColumns.KEY);
    Dataset<Row> population = snapshot.filter(key.isNotNull());
    if (cascade.ofTruth()) {
      population = population.filter(right(settings).notEqual(""));
    }
    Column again = row_number().over(Window.partitionBy(key).orderBy(col(SnapshotColumns.ROW)));
    List<Row> drawn =
        population
            .select(col(SnapshotColumns.ROW), xxhash64(lit(cascade.seed()), key, again).as(DRAW))
            .orderBy(DRAW, SnapshotColumns.ROW)
            .limit(cascade.sample())
            .select(SnapshotColumns.ROW)
            .collectAsList();
    StructType numbers = new StructType().add(SnapshotColumns.ROW, DataTypes.LongType, false);
    Dataset<Row> chosen = snapshot.sparkSession().createDataFrame(drawn, numbers);
    return new CascadeSample(
        settings,
        snapshot.join(broadcast(chosen), SnapshotColumns.ROW),
        drawn.size() < cascade.sample() ? drawn.size() : population.count());
  }

  private static Column right(Settings settings) {
    return Outputs.right(settings.goldColumn().orElseThrow());
  }

  /**
   * Returns both models' labels; a row that the large model failed at agrees with no label.
   *
   * @param results the log
   */
  public List<Case> cases(Dataset<Row> results) {
    boolean truth = settings.cascade().orElseThrow().ofTruth();
    Dataset<Row> small =
        Outputs.joined(rows, results)
            .select(
                CascadedRows.large(SnapshotColumns.KEY).as(SnapshotColumns.KEY),
                result("probability").as("probability"),
                result("label").as("small"),
                (truth ? right(settings) : lit("")).as("right"));
    Column wanted = truth ? col("right") : result("label");
    return Outputs.joined(small, results)
        .select(
            coalesce(col("probability"), lit(-1.0)),
            coalesce(col("small").equalTo(wanted), lit(false)),
            truth ? coalesce(result("label").equalTo(wanted), lit(false)) : lit(true))
        .collectAsList()
        .stream()
        .map(row -> new Case(row.getDouble(0), row.getBoolean(1), row.getBoolean(2)))
        .toList();
  }

  private static Column result(String field) {
    Column result = col(SnapshotColumns.RESULT);
    return when(result.getField("status").equalTo(Result.OK), result.getField(field));
  }
}
