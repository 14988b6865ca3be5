package io.herd.job.output;

import io.herd.job.config.Settings;
import io.herd.udfs.SystemException;
import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A folder on a local disk or on HDFS. It is written beside its place and put there by two renames:
 * readers see the old output, for a moment none, and then the new one whole. A run that dies
 * between the two leaves the old one beside its place, and the next run puts it back. Appended
 * files carry the run's name; readers may see some of them before the others.
 */
final class FolderSink extends FilesSink {
  private final Path staged;
  private final Path old;

  FolderSink(SparkSession spark, Settings.Output output) {
    super(spark, output);
    this.staged = beside("new");
    this.old = beside("old");
  }

  private Path beside(String what) {
    return new Path(target.getParent(), "_" + target.getName() + ".herd-" + what);
  }

  @Override
  public boolean exists() {
    return super.exists() || parts.exists(old);
  }

  @Override
  public void recover() {
    try {
      if (!parts.exists() && parts.exists(old)) {
        move(old, target);
      }
    } catch (IOException e) {
      throw new SystemException("can't put the output back at " + target, e);
    }
  }

  @Override
  public void write(Dataset<Row> rows, String run, Runnable fence) {
    recover();
    if (OutputWriter.appends(output)) {
      fence.run();
      parts.delete(parts.of(run));
      PartFiles.named(OutputWriter.writer(rows, output), run)
          .mode("append")
          .save(target.toString());
    } else {
      OutputWriter.writer(rows, output).mode("overwrite").save(staged.toString());
      fence.run();
      replace();
    }
  }

  private void replace() {
    FileSystem files = parts.files();
    try {
      files.delete(old, true);
      if (files.exists(target)) {
        move(target, old);
      }
      try {
        move(staged, target);
      } catch (IOException e) {
        putBack(e);
        throw e;
      }
      files.delete(old, true);
    } catch (IOException e) {
      throw new SystemException("can't put the output in place at " + target, e);
    }
  }

  private void putBack(IOException cause) {
    try {
      recover();
    } catch (SystemException e) { // the next run will
      cause.addSuppressed(e);
    }
  }

  private void move(Path from, Path to) throws IOException {
    if (!parts.files().rename(from, to)) {
      throw new IOException("rename from " + from + " to " + to + " was refused");
    }
  }
}
