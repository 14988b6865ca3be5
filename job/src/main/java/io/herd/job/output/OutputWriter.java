package io.herd.job.output;

import io.herd.job.config.OutputSettings;
import io.herd.job.config.Settings.Mode;
import io.herd.job.input.SparkAnalysis;
import io.herd.udfs.UserException;
import java.util.List;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Spark's writer, modes and refusals, shared by all sinks. */
final class OutputWriter {
  private OutputWriter() {}

  /** A writer with the format, the options and the partitions of an output. */
  static DataFrameWriter<Row> writer(Dataset<Row> rows, OutputSettings output) {
    DataFrameWriter<Row> writer = rows.write().format(output.format()).options(output.options());
    List<String> by = output.partitionBy();
    return by.isEmpty() ? writer : writer.partitionBy(by.toArray(String[]::new));
  }

  /**
   * Returns whether rows are added to the output; a run's own unfinished output is always replaced.
   */
  static boolean appends(OutputSettings output) {
    return output.mode() == Mode.APPEND;
  }

  /** Refuses append for a target, and names the targets that support it. */
  static UserException noAppend(String target, String why) {
    return new UserException(
        "herd.output.mode = append: "
            + target
            + " "
            + why
            + ", so a run that dies while publishing, and is repeated, could append its rows twice",
        "append to a path in a file format such as parquet, to an Iceberg table or to a database"
            + " (herd.output.format = jdbc), or set herd.output.mode to overwrite.");
  }

  /** Writes an empty Dataset to a trial folder, to find out what Spark refuses. */
  static void tryOut(Dataset<Row> noRows, OutputSettings output, String trial) {
    SparkAnalysis.run(
        "the output can't be written as " + output.format(),
        "choose another herd.output.format, or change herd.output.options and partition-by.",
        () -> writer(noRows, output).mode("overwrite").save(trial));
  }
}
