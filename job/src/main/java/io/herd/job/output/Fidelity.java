package io.herd.job.output;

import io.herd.job.config.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.StructType;

/**
 * What comes back of rows that a format was given.
 *
 * @param exact whether every value does, of every type
 * @param inNames columns that are in the names of folders, where null and the empty text are one
 */
record Fidelity(boolean exact, List<String> inNames) {
  private static final Set<String> EXACT = Set.of("parquet", "orc", "iceberg", "delta");

  static Fidelity of(Settings.Output output) {
    return new Fidelity(
        EXACT.contains(output.format().toLowerCase(Locale.ROOT)), output.partitionBy());
  }

  /** A hash of what comes back of columns. */
  Column print(StructType schema, List<String> columns) {
    List<String> kept = columns.stream().filter(name -> !inNames.contains(name)).toList();
    return exact ? RowPrint.exact(schema, kept) : RowPrint.loose(schema, kept);
  }
}
