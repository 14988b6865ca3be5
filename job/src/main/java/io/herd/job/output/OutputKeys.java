package io.herd.job.output;

import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.substring;

import io.herd.udfs.partition.SnapshotColumns;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A hash that identifies the results in an output. */
public final class OutputKeys {
  private OutputKeys() {}

  /**
   * Hashes how many rows have which key. Two outputs of the same hash were made of the same prompts
   * by the same model and settings.
   *
   * <p>It is a SHA-256 over SHA-256s, so that tasks make it and none has to hold all keys: keys
   * with the same first three digits are a group, whose lines are keys and their numbers of rows.
   */
  public static String sha256(Dataset<Row> snapshot) {
    Column key = col(SnapshotColumns.KEY);
    return snapshot
        .filter(key.isNotNull())
        .groupBy(key)
        .agg(count("*").as("rows"))
        .groupBy(substring(key, 1, 3))
        .agg(hash(concat_ws(" ", key, col("rows"))).as("hash"))
        .agg(hash(col("hash")))
        .head()
        .getString(0);
  }

  /** Hashes sorted lines, separated by line feeds. */
  private static Column hash(Column lines) {
    return sha2(array_join(sort_array(collect_list(lines)), "\n").cast("binary"), 256);
  }
}
