package io.herd.job.output;

import static org.apache.spark.sql.functions.col;

import io.herd.job.config.OutputSettings;
import io.herd.job.config.Settings;
import io.herd.job.config.Settings.Mode;
import io.herd.job.input.Snapshot;
import io.herd.job.workdir.Lease;
import io.herd.job.workdir.Publishing;
import io.herd.job.workdir.RunState;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.Quoted;
import io.herd.udfs.UserException;
import io.herd.udfs.files.Digests;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.results.Result;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Writes the output to its {@link Sink}, once for each run, and counts it. */
public final class Publisher implements Snapshot.Publications {
  private final SparkSession spark;
  private final Settings settings;
  private final WorkDir workDir;

  public Publisher(SparkSession spark, Settings settings, WorkDir workDir) {
    this.spark = spark;
    this.settings = settings;
    this.workDir = workDir;
  }

  /** Selects the sink on each call, because the table may be created meanwhile. */
  private Sink sink() {
    return Sinks.of(spark, settings.output());
  }

  /** Returns the output's name for states and messages. */
  public String target() {
    return settings.output().target();
  }

  /**
   * Returns a digest of what is written where and how, which distinguishes the publications of a
   * run.
   */
  public String publication() {
    Digests.Builder digest = new Digests.Builder();
    settings.output().identity().forEach(digest::text);
    if (!settings.columns().arePlain(settings.answers())) { // digests of plain ones stay
      digest.text(settings.columns().names().toString());
    }
    return digest.hex();
  }

  @Override
  public boolean ended(RunState run) {
    return publishing().ended(run);
  }

  @Override
  public boolean holds(RunState run) {
    return publishing().holds(run, output(spark.emptyDataFrame()));
  }

  /**
   * Refuses what the output doesn't support, and an existing output, unless this work-dir began it.
   *
   * @throws UserException saying how to go on
   */
  public void check(Optional<RunState> state) {
    overlaps().check();
    sink().check();
    if (settings.output().mode() == Mode.ERRORIFEXISTS && !ours(state) && sink().exists()) {
      throw new UserException(
          "the output " + target() + " exists, and not from a run with this work-dir",
          "choose another herd.output."
              + (settings.output().path().isPresent() ? "path" : "table")
              + ", or set herd.output.mode to overwrite or append.");
    }
  }

  /**
   * Refuses an input that contains files of the output or of the work-dir.
   *
   * @throws UserException saying which
   */
  public void checkInput(Dataset<Row> input) {
    overlaps().check(input.inputFiles());
  }

  private Overlaps overlaps() {
    return new Overlaps(settings, spark.sparkContext().hadoopConfiguration());
  }

  private boolean ours(Optional<RunState> state) {
    return state.map(before -> before.outputs().contains(target())).orElse(false);
  }

  /**
   * Returns whether the snapshot, which is Parquet and has the input's columns, already proves that
   * the output can be written. Of the answers only parsed JSON has a type that a user chooses.
   */
  public boolean isProvenBySnapshot() {
    OutputSettings output = settings.output();
    return output.path().isPresent()
        && output.format().equalsIgnoreCase("parquet")
        && output.options().isEmpty()
        && output.partitionBy().isEmpty()
        && settings.columns().arePlain(settings.answers())
        && !settings.answers().contains(Result.PARSED);
  }

  /**
   * Finds unknown formats, and formats that can't store the columns, before anything is generated.
   *
   * @param snapshot the snapshot's columns
   * @throws UserException saying what Spark says
   */
  public void tryOut(StructType snapshot) {
    StructType known =
        settings.cascade().isPresent()
            ? snapshot.add(SnapshotColumns.ANSWERED_BY, DataTypes.StringType)
            : snapshot;
    Dataset<Row> noRows = spark.createDataFrame(List.of(), known);
    Dataset<Row> noResults = spark.createDataFrame(List.of(), StructType.fromDDL(Result.SCHEMA));
    try {
      Dataset<Row> written =
          Outputs.written(Outputs.of(noRows, noResults, Answers.ofTypes(settings)), settings);
      // Only its columns: there is nothing to join.
      sink().tryOut(spark.createDataFrame(List.of(), written.schema()), workDir.trial());
    } finally {
      workDir.dropTrial();
    }
  }

  /** Restores what a run on this work-dir took from readers when it died while publishing. */
  public void recover() {
    if (ours(workDir.run().state())) {
      sink().recover();
    }
  }

  /**
   * Writes the rows, unless they are already there, and counts them.
   *
   * @param run whose rows they are
   * @param lease is asked before steps that can't be taken back
   */
  public Counts publish(Dataset<Row> rows, RunState run, Lease lease) {
    WatchedRows watched = WatchedRows.of(rows, settings, "herd output");
    Dataset<Row> written = Outputs.written(watched.rows(), settings);
    if (publishing().publish(run, output(written), lease)) {
      return watched.counts().get();
    }
    return Counts.counting(rows, settings).withoutAnswers(); // they were there before
  }

  private Publishing publishing() {
    boolean adds = OutputWriter.appends(settings.output());
    return new Publishing(workDir, target(), publication(), adds);
  }

  private Publishing.Output output(Dataset<Row> rows) {
    Sink sink = sink();
    return new Publishing.Output() {
      @Override
      public boolean holds(String run) {
        return sink.holds(run);
      }

      @Override
      public boolean isOf(String run) {
        return sink.isOf(run);
      }

      @Override
      public void settle(String run) {
        sink.settle(run);
      }

      @Override
      public boolean write(String run, Runnable fence) {
        return sink.write(rows, run, fence);
      }
    };
  }

  /** Returns a promise that this output can't give and others can. */
  public Optional<String> caveat() {
    return sink().caveat();
  }

  /** Returns why a run's rows can't be read back, if so. */
  public Optional<String> unreadable() {
    return sink().unreadable();
  }

  /** Reads a run's rows as readers see them, in the types in which they were written. */
  public Dataset<Row> read(Dataset<Row> rows, RunState run) {
    StructType written = Outputs.written(rows, settings).schema();
    Dataset<Row> read = sink().read(run.run(), written);
    if (settings.output().isBatch()) {
      return BatchLines.of(settings).read(read);
    }
    return read.select(
        Arrays.stream(written.fields())
            .map(field -> col(Quoted.name(field.name())).cast(field.dataType()).as(field.name()))
            .toArray(Column[]::new));
  }

  @Override
  public String toString() {
    return target() + " from " + workDir;
  }
}
