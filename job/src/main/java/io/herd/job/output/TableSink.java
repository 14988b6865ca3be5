package io.herd.job.output;

import io.herd.job.config.OutputSettings;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A table of files in Spark's own or Hive's catalog. Where the catalog can rename it, it is written
 * beside its place and put there by two renames: readers see the old table, for a moment none, and
 * then the new one whole; the next run puts the old one back if a run dies between the two. Else
 * Spark drops it and writes it again, so readers see no table, or a part of it, until all is
 * written, or, after a kill, until the run is repeated. Appending is refused: rows in a table don't
 * say which run they are of.
 */
final class TableSink implements Sink {
  private final SparkSession spark;
  private final OutputSettings output;
  private final String table;
  private final TableSwap swap;

  TableSink(SparkSession spark, OutputSettings output) {
    this.spark = spark;
    this.output = output;
    this.table = output.table().orElseThrow();
    this.swap = new TableSwap(spark, table);
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

  /** Excludes tables whose options name a path, and formats that keep a history in their tables. */
  private boolean swaps() {
    return PartFiles.areAllOf(output.format())
        && output.options().keySet().stream().noneMatch("path"::equalsIgnoreCase)
        && swap.isPossible();
  }

  @Override
  public Optional<String> caveat() {
    return swaps()
        ? Optional.empty()
        : Optional.of("readers see no table, or a part of it, while it is written");
  }

  @Override
  public void recover() {
    if (swaps()) {
      swap.recover();
    }
  }

  @Override
  public boolean isOf(String run) {
    return !swaps() || swap.isOf(run);
  }

  @Override
  public boolean write(Dataset<Row> rows, String run, Runnable fence) {
    if (swaps()) {
      swap.recover();
      OutputWriter.writer(rows, output).saveAsTable(swap.staged());
      fence.run();
      swap.swap(run);
    } else {
      fence.run();
      OutputWriter.writer(rows, output).mode("overwrite").saveAsTable(table);
    }
    return true;
  }

  @Override
  public Dataset<Row> read(String run, StructType columns) {
    return spark.table(table);
  }
}
