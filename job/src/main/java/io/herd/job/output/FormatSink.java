package io.herd.job.output;

import io.herd.job.config.Settings;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A path in a format that keeps more than its files, such as Delta's log of commits. The format's
 * own way of overwriting is what readers get. Delta commits whole or not at all, and remembers the
 * last transaction of each run, so that a repeated append changes nothing; of other formats that
 * isn't known, and appending is refused.
 */
final class FormatSink implements Sink {
  private final SparkSession spark;
  private final Settings.Output output;
  private final Path target;

  FormatSink(SparkSession spark, Settings.Output output) {
    this.spark = spark;
    this.output = output;
    this.target = new Path(output.path().orElseThrow());
  }

  @Override
  public boolean exists() {
    return PartFiles.in(target, spark.sparkContext().hadoopConfiguration()).exists();
  }

  @Override
  public void check() {
    if (Sinks.appends(output) && !isDelta()) {
      throw Sinks.noAppend(
          "the format " + output.format(), "has no files that could carry the run's name");
    }
  }

  @Override
  public void tryOut(Dataset<Row> noRows, String trial) {
    Sinks.tryOut(noRows, output, trial);
  }

  @Override
  public void write(Dataset<Row> rows, String run, Runnable fence) {
    fence.run();
    DataFrameWriter<Row> writer = Sinks.writer(rows, output);
    if (Sinks.appends(output)) {
      writer.option("txnAppId", "herd-" + run).option("txnVersion", "1");
    } else if (isDelta()) {
      writer.option("overwriteSchema", "true");
    }
    writer.mode(Sinks.appends(output) ? "append" : "overwrite").save(target.toString());
  }

  private boolean isDelta() {
    return output.format().equalsIgnoreCase("delta");
  }

  @Override
  public Dataset<Row> read(String run, StructType columns) {
    return spark.read().format(output.format()).load(target.toString());
  }
}
