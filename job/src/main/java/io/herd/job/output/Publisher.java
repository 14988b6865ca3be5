package io.herd.job.output;

import io.herd.job.config.Settings;
import io.herd.job.config.Settings.Mode;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.results.Result;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Writes the output. A path gets its files by a rename of a folder that was written beside it, so
 * that on HDFS and on a local disk no reader sees half an output; a table gets what Spark's writer
 * gives.
 */
public final class Publisher {
  private final SparkSession spark;
  private final Settings settings;
  private final WorkDir workDir;
  private final Configuration hadoop;

  public Publisher(SparkSession spark, Settings settings, WorkDir workDir) {
    this.spark = spark;
    this.settings = settings;
    this.workDir = workDir;
    this.hadoop = spark.sparkContext().hadoopConfiguration();
  }

  /** The output's name, as states and messages have it. */
  public String target() {
    Settings.Output output = settings.output();
    return output.path().orElseGet(() -> output.table().orElseThrow());
  }

  /**
   * Refuses an output that is there already, unless this work-dir began it.
   *
   * @throws UserException saying how to go on
   */
  public void check(Optional<WorkDir.State> state) {
    boolean ours = state.map(before -> target().equals(before.output())).orElse(false);
    if (settings.output().mode() == Mode.ERRORIFEXISTS && !ours && exists()) {
      throw new UserException(
          "the output " + target() + " exists, and not from a run with this work-dir",
          "choose another herd.output."
              + (settings.output().path().isPresent() ? "path" : "table")
              + ", or set herd.output.mode to overwrite or append.");
    }
  }

  /**
   * Writes no rows to a folder of the work-dir, so that a format that is unknown, or can't hold the
   * columns, is found before anything is generated. A table has its types checked by its catalog.
   *
   * @param snapshot the snapshot's columns
   * @throws UserException saying what Spark says
   */
  public void tryOut(StructType snapshot) {
    if (settings.output().table().isPresent()) {
      return;
    }
    Dataset<Row> noRows = spark.createDataFrame(List.of(), snapshot);
    Dataset<Row> noResults = spark.createDataFrame(List.of(), StructType.fromDDL(Result.SCHEMA));
    try {
      writer(Outputs.written(Outputs.of(noRows, noResults, settings), settings))
          .mode("overwrite")
          .save(workDir.trial());
    } catch (Exception e) {
      if (e instanceof AnalysisException || e instanceof ClassNotFoundException) { // undeclared
        throw new UserException(
            "the output can't be written as "
                + settings.output().format()
                + ": "
                + e.getMessage().lines().findFirst().orElse(""),
            "choose another herd.output.format, or change herd.output.options and partition-by.",
            e);
      }
      throw e;
    } finally {
      workDir.dropTrial();
    }
  }

  private boolean exists() {
    if (settings.output().table().isPresent()) {
      return spark.catalog().tableExists(settings.output().table().get());
    }
    Path path = new Path(settings.output().path().orElseThrow());
    try {
      return path.getFileSystem(hadoop).exists(path);
    } catch (IOException e) {
      throw new SystemException("can't look for the output " + path, e);
    }
  }

  /** Writes the rows, and counts them while they are written. */
  public Counts publish(Dataset<Row> rows) {
    Observation watch = new Observation("herd output");
    Dataset<Row> observed = Counts.observed(rows, watch, settings);
    DataFrameWriter<Row> writer = writer(Outputs.written(observed, settings));
    if (settings.output().table().isPresent()) {
      writer.mode(tableMode()).saveAsTable(target());
    } else if (settings.output().mode() == Mode.APPEND) {
      writer.mode("append").save(target());
    } else {
      replace(writer, new Path(target()));
    }
    return Counts.of(watch);
  }

  private DataFrameWriter<Row> writer(Dataset<Row> rows) {
    DataFrameWriter<Row> writer =
        rows.write().format(settings.output().format()).options(settings.output().options());
    List<String> by = settings.output().partitionBy();
    return by.isEmpty() ? writer : writer.partitionBy(by.toArray(String[]::new));
  }

  /** Our own unfinished table is written anew. */
  private String tableMode() {
    Mode mode = settings.output().mode();
    return mode == Mode.ERRORIFEXISTS ? "overwrite" : mode.name().toLowerCase(Locale.ROOT);
  }

  private void replace(DataFrameWriter<Row> writer, Path target) {
    Path staged = new Path(target.getParent(), "_" + target.getName() + ".herd-new");
    Path old = new Path(target.getParent(), "_" + target.getName() + ".herd-old");
    writer.mode("overwrite").save(staged.toString());
    try {
      FileSystem files = target.getFileSystem(hadoop);
      files.delete(old, true);
      if (files.exists(target) && !files.rename(target, old)) {
        throw new IOException("the output that is there can't be moved to " + old);
      }
      if (!files.rename(staged, target)) {
        throw new IOException("rename from " + staged + " was refused");
      }
      files.delete(old, true);
    } catch (IOException e) {
      throw new SystemException("can't put the output in place at " + target, e);
    }
  }

  @Override
  public String toString() {
    return target() + " from " + workDir;
  }
}
