package io.herd.job.output;

import io.herd.job.config.OutputSettings;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Chooses the sink of an output. */
final class Sinks {
  private Sinks() {}

  /** Returns the sink for the settings. */
  static Sink of(SparkSession spark, OutputSettings output) {
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

  private static Sink ofPath(SparkSession spark, OutputSettings output) {
    if (!PartFiles.areAllOf(output.format())) {
      return new FormatSink(spark, output);
    }
    OutputPlace place =
        OutputPlace.of(
            new Path(output.path().orElseThrow()), spark.sparkContext().hadoopConfiguration());
    return place.swaps()
        ? new FolderSink(spark, output, place)
        : new ObjectStoreSink(spark, output, place);
  }
}
