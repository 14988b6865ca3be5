package io.herd.job.output;

import io.herd.job.config.OutputSettings;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A path in one of Spark's file formats. */
abstract class FilesSink implements Sink {
  final SparkSession spark;
  final OutputSettings output;
  final Path target;
  final PartFiles parts;
  final OldOutput old;

  FilesSink(SparkSession spark, OutputSettings output, OutputPlace place) {
    this.spark = spark;
    this.output = output;
    this.target = place.path();
    this.parts = PartFiles.in(target, spark.sparkContext().hadoopConfiguration());
    this.old = OldOutput.of(parts);
  }

  @Override
  public boolean exists() {
    return parts.exists() || old.exists();
  }

  @Override
  public void check() {
    old.check();
  }

  @Override
  public void recover() {
    old.putBack();
  }

  @Override
  public void tryOut(Dataset<Row> noRows, String trial) {
    OutputWriter.tryOut(noRows, output, trial);
  }

  @Override
  public Optional<String> unreadable() {
    return PartFiles.unreadable(output.format());
  }

  @Override
  public Dataset<Row> read(String run, StructType columns) {
    List<Path> some = OutputWriter.appends(output) ? parts.of(run) : List.of(target);
    return parts.read(spark, output, columns, some);
  }
}
