package io.herd.job.output;

import io.herd.job.config.Settings;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;

/**
 * Rows that are counted and profiled as they are written.
 *
 * @param rows to be read once
 * @param counts what there was, to be asked after that
 */
record WatchedRows(Dataset<Row> rows, Supplier<Counts> counts) {
  /**
   * Adds counting and profiling to rows on their way to a sink.
   *
   * @param name of the observation
   */
  static WatchedRows of(Dataset<Row> rows, Settings settings, String name) {
    ParsedFields fields = ParsedFields.of(settings); // which compiles the schema
    Observation watch = new Observation(name);
    ProfileAccumulator profile = ProfileAccumulator.in(rows.sparkSession());
    return new WatchedRows(
        profile.watch(Counts.observed(rows, watch, settings), settings, fields),
        () -> Counts.of(watch, profile.value().profile(fields)));
  }
}
