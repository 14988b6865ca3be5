package io.herd.job.output;

import static org.apache.spark.sql.functions.col;

import io.herd.job.config.Settings;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * An Iceberg table: readers see each commit whole or not at all. The snapshot that a run commits
 * has the run's name as the property {@code herd-run}, by which the same run finds, after a kill,
 * that it has appended already. That takes the table's history: snapshots mustn't be expired in
 * between.
 */
final class IcebergSink implements Sink {
  static final String FORMAT = "iceberg";
  static final String RUN = "herd-run";

  private static final String CATALOGS = "org.apache.iceberg.spark.SparkCatalog";

  private final SparkSession spark;
  private final Settings.Output output;
  private final String table;

  IcebergSink(SparkSession spark, Settings.Output output) {
    this.spark = spark;
    this.output = output;
    this.table = output.table().orElseThrow();
  }

  /** Whether the output's table is one, or, where there is none yet, would become one. */
  static boolean isOne(SparkSession spark, Settings.Output output) {
    String table = output.table().orElseThrow();
    if (spark.catalog().tableExists(table)) {
      return provider(spark, table).equalsIgnoreCase(FORMAT);
    }
    String first = table.contains(".") ? table.substring(0, table.indexOf('.')) : "";
    String catalog = implementation(spark, first);
    return output.format().equalsIgnoreCase(FORMAT)
        || catalog.equals(CATALOGS)
        || (catalog.isEmpty()
            && implementation(spark, spark.catalog().currentCatalog()).equals(CATALOGS));
  }

  private static String implementation(SparkSession spark, String catalog) {
    return spark.conf().get("spark.sql.catalog." + catalog, "");
  }

  private static String provider(SparkSession spark, String table) {
    List<Row> found =
        spark
            .sql("DESCRIBE TABLE EXTENDED " + table)
            .filter(col("col_name").equalTo("Provider"))
            .select("data_type")
            .collectAsList();
    return found.isEmpty() ? "" : found.get(found.size() - 1).getString(0); // after the columns
  }

  @Override
  public boolean exists() {
    return spark.catalog().tableExists(table);
  }

  @Override
  public boolean holds(String run) {
    return OutputWriter.appends(output) && exists() && !snapshots(run).isEmpty();
  }

  /** The run's snapshots that the table's present state has come from, with their parents. */
  private Dataset<Row> snapshots(String run) {
    Dataset<Row> present =
        spark.table(table + ".history").filter("is_current_ancestor").select("snapshot_id");
    return spark
        .table(table + ".snapshots")
        .filter(col("summary").getItem(RUN).equalTo(run))
        .join(present, "snapshot_id")
        .select("snapshot_id", "parent_id");
  }

  @Override
  public void write(Dataset<Row> rows, String run, Runnable fence) {
    fence.run();
    OutputWriter.writer(rows, output)
        .format(FORMAT)
        .option("snapshot-property." + RUN, run)
        .mode(OutputWriter.appends(output) ? "append" : "overwrite")
        .saveAsTable(table);
  }

  @Override
  public Dataset<Row> read(String run, StructType columns) {
    List<Row> ours = OutputWriter.appends(output) ? snapshots(run).collectAsList() : List.of();
    if (ours.isEmpty() || ours.get(0).isNullAt(1)) {
      return spark.table(table);
    }
    return spark
        .read()
        .format(FORMAT)
        .option("start-snapshot-id", ours.get(0).getLong(1))
        .option("end-snapshot-id", ours.get(0).getLong(0))
        .load(table);
  }
}
