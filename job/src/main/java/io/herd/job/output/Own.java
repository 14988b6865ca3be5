package io.herd.job.output;

import io.herd.udfs.partition.SnapshotColumns;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/**
 * Internal names of Herd's columns, which no input column can have. Rows carry them until they are
 * written; {@link io.herd.job.config.OwnColumns} has the names in the output.
 */
public final class Own {
  private Own() {}

  /** Returns the internal name for Herd's original name, such as {@code label}. */
  public static String name(String own) {
    return SnapshotColumns.OWN + own;
  }

  /** Returns the column with that internal name. */
  static Column col(String own) {
    return functions.col(name(own));
  }
}
