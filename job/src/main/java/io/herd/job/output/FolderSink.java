package io.herd.job.output;

import io.herd.job.config.Settings;
import io.herd.udfs.HerdException;
import io.herd.udfs.SystemException;
import java.io.IOException;
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
  private final OutputPlace place;
  private final Path staged;

  FolderSink(SparkSession spark, Settings.Output output, OutputPlace place) {
    super(spark, output, place);
    this.place = place;
    this.staged = OldOutput.beside(target, "new");
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
      return;
    }
    OutputWriter.writer(rows, output).mode("overwrite").save(staged.toString());
    fence.run();
    if (!replace()) {
      new ObjectStoreSink(spark, output, place).write(rows, run, fence);
    }
  }

  /** Whether the folder in the output's place could be moved. It is as it was if not. */
  private boolean replace() {
    try {
      if (!old.takeOut()) {
        parts.files().delete(staged, true);
        return false;
      }
      try {
        OldOutput.swap(parts.files(), staged, target);
      } catch (IOException e) {
        putBack(e);
        throw e;
      }
      old.remove();
      return true;
    } catch (IOException e) {
      throw new SystemException("can't put the output in place at " + target, e);
    }
  }

  private void putBack(IOException cause) {
    try {
      recover();
    } catch (HerdException e) { // the next run will
      cause.addSuppressed(e);
    }
  }
}
