package io.herd.job.output;

import io.herd.job.config.Settings;
import io.herd.job.config.Settings.Mode;
import io.herd.job.input.SparkAnalysis;
import io.herd.udfs.UserException;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Chooses the sink of an output, and what sinks have in common. */
final class Sinks {
  private Sinks() {}

  /** The one that the settings mean. */
  static Sink of(SparkSession spark, Settings.Output output) {
    if (output.path().isPresent()) {
      return ofPath(spark, output);
    }
    if (output.format().equalsIgnoreCase(JdbcSink.FORMAT)) {
      return new JdbcSink(spark, output);
    }
    return IcebergSink.isOne(spark, output)
        ? new IcebergSink(spark, output)
        : new TableSink(spark, output);
  }

  private static Sink ofPath(SparkSession spark, Settings.Output output) {
    if (!PartFiles.areAllOf(output.format())) {
      return new FormatSink(spark, output);
    }
    return "s3a".equals(new Path(output.path().orElseThrow()).toUri().getScheme())
        ? new ObjectStoreSink(spark, output)
        : new FolderSink(spark, output);
  }

  /** A writer with the format, the options and the partitions of an output. */
  static DataFrameWriter<Row> writer(Dataset<Row> rows, Settings.Output output) {
    DataFrameWriter<Row> writer = rows.write().format(output.format()).options(output.options());
    List<String> by = output.partitionBy();
    return by.isEmpty() ? writer : writer.partitionBy(by.toArray(String[]::new));
  }

  /** Our own unfinished output is written anew, so that it only matters whether rows are added. */
  static boolean appends(Settings.Output output) {
    return output.mode() == Mode.APPEND;
  }

  /** What can't be appended to, and what can. */
  static UserException noAppend(String target, String why) {
    return new UserException(
        "herd.output.mode = append: "
            + target
            + " "
            + why
            + ", so a run that dies as it publishes, and is run again, could append its rows twice",
        "append to a path in a file format such as parquet, to an Iceberg table or to a database"
            + " (herd.output.format = jdbc), or set herd.output.mode to overwrite.");
  }

  /** Writes no rows to a folder, as Spark writes the format. */
  static void tryOut(Dataset<Row> noRows, Settings.Output output, String trial) {
    SparkAnalysis.run(
        "the output can't be written as " + output.format(),
        "choose another herd.output.format, or change herd.output.options and partition-by.",
        () -> writer(noRows, output).mode("overwrite").save(trial));
  }
}
