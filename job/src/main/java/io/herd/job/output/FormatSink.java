package io.herd.job.output;

import static org.apache.spark.sql.functions.col;

import io.herd.job.config.OutputSettings;
import io.herd.udfs.Quoted;
import io.herd.udfs.UserException;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A path in a format that stores more than its files, such as Delta's commit log. The format's own
 * way of overwriting is what readers get. Delta commits whole or not at all. A run's append is a
 * transaction that its log accepts once, however often it is sent ({@code txnAppId}); its history
 * has the run's name, by which a run finds that it has appended already. Of other formats that
 * isn't known, and appending is refused.
 */
final class FormatSink implements Sink {
  private final SparkSession spark;
  private final OutputSettings output;
  private final Path target;

  FormatSink(SparkSession spark, OutputSettings output) {
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
    if (OutputWriter.appends(output) && !isDelta()) {
      throw OutputWriter.noAppend(
          "the format " + output.format(), "has no files that could carry the run's name");
    }
    if (output.order().isPresent() || output.files().isPresent()) {
      throw new UserException(
          "herd.output.order and files: a table of the format "
              + output.format()
              + " has no order, and files of its own",
          "remove them, or write a format of files such as parquet.");
    }
  }

  @Override
  public void tryOut(Dataset<Row> noRows, String trial) {
    OutputWriter.tryOut(noRows, output, trial);
  }

  @Override
  public boolean write(Dataset<Row> rows, String run, Runnable fence) {
    fence.run();
    String attempt = " attempt=" + UUID.randomUUID();
    DataFrameWriter<Row> writer = OutputWriter.writer(rows, output);
    if (isDelta()) {
      writer.option("userMetadata", metadata(run) + attempt);
    }
    if (OutputWriter.appends(output)) {
      writer.option("txnAppId", "herd-" + run).option("txnVersion", "1");
    } else if (isDelta()) {
      writer.option("overwriteSchema", "true");
    }
    writer.mode(OutputWriter.appends(output) ? "append" : "overwrite").save(target.toString());
    return !OutputWriter.appends(output) || isInHistory(metadata(run) + attempt);
  }

  /** Searches the commit history, which Delta keeps for 30 days unless the table says otherwise. */
  @Override
  public boolean holds(String run) {
    return OutputWriter.appends(output) && isTable() && isInHistory(metadata(run));
  }

  private boolean isInHistory(String metadata) {
    return !spark
        .sql("DESCRIBE HISTORY delta." + Quoted.name(target.toString()))
        .filter(col("userMetadata").startsWith(metadata))
        .isEmpty();
  }

  /** A run that died before its first commit leaves a folder that isn't a table yet. */
  private boolean isTable() {
    PartFiles parts = PartFiles.in(target, spark.sparkContext().hadoopConfiguration());
    return isDelta() && parts.exists(new Path(target, "_delta_log"));
  }

  private static String metadata(String run) {
    return "herd-run=" + run;
  }

  private boolean isDelta() {
    return output.format().equalsIgnoreCase("delta");
  }

  @Override
  public Optional<String> unreadable() {
    return OutputWriter.appends(output)
        ? Optional.of("they can't be distinguished from those that were there before")
        : Optional.empty();
  }

  @Override
  public Dataset<Row> read(String run, StructType columns) {
    return spark.read().format(output.format()).load(target.toString());
  }
}
