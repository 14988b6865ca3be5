package io.herd.job.output;

import io.herd.job.config.Settings;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A table of files in Spark's own or Hive's catalog. Spark drops it and writes it anew, so readers
 * see no table, or a part of it, until all is written; a run that dies meanwhile leaves it so until
 * it is run again. Nothing in it tells runs apart: appending is refused.
 */
final class TableSink implements Sink {
  private final SparkSession spark;
  private final Settings.Output output;
  private final String table;

  TableSink(SparkSession spark, Settings.Output output) {
    this.spark = spark;
    this.output = output;
    this.table = output.table().orElseThrow();
  }

  @Override
  public boolean exists() {
    return spark.catalog().tableExists(table);
  }

  @Override
  public void check() {
    if (OutputWriter.appends(output)) {
      throw OutputWriter.noAppend(
          "the table " + table, "keeps nothing that tells rows of different runs apart");
    }
  }

  @Override
  public boolean write(Dataset<Row> rows, String run, Runnable fence) {
    fence.run();
    OutputWriter.writer(rows, output).mode("overwrite").saveAsTable(table);
    return true;
  }

  @Override
  public Dataset<Row> read(String run, StructType columns) {
    return spark.table(table);
  }
}
