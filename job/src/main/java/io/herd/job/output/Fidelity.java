package io.herd.job.output;

import io.herd.job.config.OutputSettings;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.StructType;

/**
 * How faithfully a format returns the rows that were written.
 *
 * @param exact whether every value does, of every type that is compared
 * @param maps whether maps come back as they were; ORC sorts their keys, and keeps one of equal
 *     ones
 * @param inNames columns that are in the names of folders, where null and the empty text are one
 */
record Fidelity(boolean exact, boolean maps, List<String> inNames) {
  private static final Set<String> EXACT = Set.of("parquet", "orc", "iceberg", "delta");

  static Fidelity of(OutputSettings output) {
    String format = output.format().toLowerCase(Locale.ROOT);
    return new Fidelity(EXACT.contains(format), !format.equals("orc"), output.partitionBy());
  }

  /** Hashes the parts of columns that the format returns. */
  Column print(StructType schema, List<String> columns) {
    List<String> kept =
        columns.stream()
            .filter(name -> !inNames.contains(name))
            .filter(name -> maps || !RowPrint.holdsMap(schema.apply(name).dataType()))
            .toList();
    return exact ? RowPrint.exact(schema, kept) : RowPrint.loose(schema, kept);
  }
}
