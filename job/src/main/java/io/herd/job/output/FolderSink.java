package io.herd.job.output;

import io.herd.job.config.OutputSettings;
import io.herd.udfs.HerdException;
import io.herd.udfs.SystemException;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A folder on a local disk or on HDFS. It is written beside its place and put there by two renames:
 * readers see the old output, for a moment none, and then the new one whole. A run that dies
 * between the two leaves the old one beside its place, and the next run puts it back. Who takes
 * over from a stalled run removes what that has written, so that it can't be put in place later.
 * Files are appended as {@link AppendedFiles} says; readers may see some of them before the others.
 */
final class FolderSink extends FilesSink {
  private final OutputPlace place;
  private final Path stage;
  private final Path staged;

  FolderSink(SparkSession spark, OutputSettings output, OutputPlace place) {
    super(spark, output, place);
    this.place = place;
    this.stage = OldOutput.beside(target, "new");
    this.staged = new Path(stage, UUID.randomUUID().toString().substring(0, 8));
  }

  @Override
  public boolean write(Dataset<Row> rows, String run, Runnable fence) {
    recover();
    if (OutputWriter.appends(output)) {
      AppendedFiles added = new AppendedFiles(parts, run);
      PartFiles.named(OutputWriter.writer(rows, output), run)
          .mode("append")
          .save(added.staged().toString());
      return added.commitStaged(fence);
    }
    OutputWriter.writer(rows, output).mode("overwrite").save(staged.toString());
    new AppendedFiles(parts.files(), staged, run).mark();
    fence.run();
    revokeOthers();
    return replace(fence) || new ObjectStoreSink(spark, output, place).write(rows, run, fence);
  }

  @Override
  public boolean holds(String run) {
    return new AppendedFiles(parts, run).held();
  }

  @Override
  public boolean isOf(String run) {
    return new AppendedFiles(parts, run).held();
  }

  @Override
  public void settle(String run) {
    new AppendedFiles(parts, run).settle();
  }

  /**
   * Removes the folders of stalled runs, so that they can't put them in place later. Each folder is
   * renamed before it is removed: half of one can't be put in place either.
   */
  private void revokeOthers() {
    FileSystem files = parts.files();
    try {
      if (!files.exists(staged)) {
        throw new SystemException(
            "another run on this work-dir has taken over and removed " + staged,
            "run the same command again after the other run has ended.",
            null);
      }
      for (FileStatus each : files.listStatus(stage)) {
        if (!each.getPath().getName().equals(staged.getName())) {
          Path gone = new Path(stage, ".gone-" + UUID.randomUUID());
          files.rename(each.getPath(), gone);
          files.delete(gone, true);
        }
      }
    } catch (IOException e) {
      throw new SystemException("can't clear " + stage, e);
    }
  }

  /** Returns whether the folder in the output's place could be moved. It is as it was if not. */
  private boolean replace(Runnable fence) {
    try {
      if (!old.takeOut()) {
        parts.files().delete(stage, true);
        return false;
      }
      try {
        OldOutput.swap(parts.files(), staged, target);
      } catch (IOException e) {
        putBack(e);
        throw e;
      }
      old.remove();
      parts.files().delete(stage, true);
      return true;
    } catch (IOException e) {
      fence.run(); // a run that stalled meanwhile has lost its folder, and fails here
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
