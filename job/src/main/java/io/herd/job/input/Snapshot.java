package io.herd.job.input;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.job.workdir.InputVersion;
import io.herd.job.workdir.Lease;
import io.herd.job.workdir.RunState;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.files.Digests;
import io.herd.udfs.partition.SnapshotColumns;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.internal.SQLConf;

/**
 * The input as it was when the run began, with a prompt and a key for every row. Everything later
 * reads only this, so that a growing table or a {@code rand()} can't make rows without results.
 *
 * @param rows the input's columns and {@link SnapshotColumns}
 * @param note its origin, for people, or empty
 */
public record Snapshot(Dataset<Row> rows, RunState state, String note) {
  /** What is known about the output of a possibly unfinished run. */
  public interface Publications {
    /** Returns whether the run needs no more work on this output. */
    boolean ended(RunState run);

    /**
     * Returns whether the run's rows are in an output to which writing them again would add rows.
     */
    boolean holds(RunState run);
  }

  /**
   * Resumes the work-dir's unfinished snapshot if its input and everything else are unchanged,
   * otherwise takes a new one.
   *
   * @param before the run that the work-dir is at
   * @param opened receives the input before it is read
   * @param lease that this run has
   */
  public static Snapshot take(
      SparkSession spark,
      Settings settings,
      ResolvedModel model,
      WorkDir workDir,
      Optional<RunState> before,
      Publications publications,
      Consumer<Dataset<Row>> opened,
      Lease lease) {
    ExampleRows examples = ExampleRows.read(spark, settings);
    Taking taking = new Taking(spark, settings, model, workDir, examples, opened, lease);
    Optional<RunState> unfinished = before.filter(run -> !publications.ended(run));
    return unfinished.isPresent()
        ? taking.after(unfinished.get(), publications.holds(unfinished.get()))
        : taking.anew(before, Optional.empty(), "");
  }

  /** Takes a snapshot; holds everything that it is taken from. */
  private record Taking(
      SparkSession spark,
      Settings settings,
      ResolvedModel model,
      WorkDir workDir,
      ExampleRows examples,
      Consumer<Dataset<Row>> opened,
      Lease lease) {

    Snapshot after(RunState before, boolean held) {
      boolean same = before.fingerprint().equals(fingerprint(before.schema()));
      Optional<Dataset<Row>> source = same ? Source.reopen(spark, settings) : Optional.empty();
      Optional<Dataset<Row>> stored = same ? stored(before) : Optional.empty();
      Resumption next =
          Resumption.of(
              before,
              new Resumption.Found(same, stored.isPresent(), source.map(InputVersions::of), held));
      if (next.kind() == Resumption.Kind.GO_ON) {
        String note = "resumes with the snapshot of the unfinished run";
        return new Snapshot(
            stored.orElseThrow(), before, next.why().isEmpty() ? note : note + "; " + next.why());
      }
      Optional<RunState> kept =
          next.kind() == Resumption.Kind.RETAKE ? Optional.of(before) : Optional.empty();
      return anew(Optional.of(before), kept, "takes a new snapshot: " + next.why());
    }

    /**
     * Returns the stored rows, if they exist; those of an earlier version have fewer columns and
     * don't count.
     */
    private Optional<Dataset<Row>> stored(RunState before) {
      return workDir.snapshots().holds(before)
          ? Optional.of(spark.read().parquet(workDir.snapshots().folder(before.snapshot())))
              .filter(rows -> List.of(rows.columns()).containsAll(SnapshotColumns.ALL))
          : Optional.empty();
    }

    private String fingerprint(int schema) {
      String small = fingerprint(schema, settings, model);
      return model
          .large()
          .map(large -> fingerprint(schema, settings.large().orElseThrow(), large))
          .map(large -> new Digests.Builder().text(small).text(large).hex())
          .orElse(small);
    }

    private String fingerprint(int schema, Settings settings, ResolvedModel model) {
      String computing = model.computing();
      return schema == 1
          ? Fingerprint.first(settings, examples.examples(), model.manifest().digest(), computing)
          : Fingerprint.of(
              settings,
              examples.examples(),
              model.manifest(),
              computing,
              SQLConf.get().sessionLocalTimeZone());
    }

    /**
     * Takes a new snapshot.
     *
     * @param before what the work-dir was at
     * @param kept the run that it is of, if that isn't new, too
     */
    Snapshot anew(Optional<RunState> before, Optional<RunState> kept, String note) {
      Dataset<Row> source = Source.open(spark, settings);
      InputVersion input = InputVersions.of(source); // before it is read: it may yet grow
      opened.accept(source);
      Observation seen = new Observation("herd snapshot");
      // Watched below the prompts, which keeps Spark from making those of a few rows on the driver.
      Dataset<Row> watched = source.observe(seen, count(lit(1)).as("rows"));
      Dataset<Row> prepared =
          InputOrder.noted(PreparedRows.of(watched, settings, model, examples), settings);
      String name = name();
      workDir.make();
      PreparedRows.store(prepared, workDir.snapshots().folder(name));
      long count = rows(seen);
      if (count == 0) {
        workDir.snapshots().drop(name);
        throw Source.empty();
      }
      RunState state =
          kept.map(run -> run.on(name, count, input))
              .orElseGet(
                  () ->
                      RunState.of(name, name, count, fingerprint(RunState.SCHEMA), input)
                          .after(before));
      workDir.run().write(state, lease);
      workDir.snapshots().dropBefore(state, before.orElse(null));
      Dataset<Row> rows =
          spark.read().schema(prepared.schema()).parquet(workDir.snapshots().folder(name));
      return new Snapshot(rows, state, note);
    }
  }

  private static long rows(Observation seen) {
    try {
      return (Long) seen.getAsJava().get("rows");
    } catch (InterruptedException e) {
      throw SystemException.interrupted("the input was counted", e);
    }
  }

  /** Returns a unique name: outputs that several work-dirs append to distinguish runs by it. */
  private static String name() {
    String random = UUID.randomUUID().toString().substring(0, 8);
    return "s" + System.currentTimeMillis() + "-" + random;
  }

  /**
   * Refuses a snapshot that has lost files.
   *
   * @param found rows that were read
   */
  public void requireRows(long found) {
    if (state.rows() >= 0 && found != state.rows()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the snapshot of the unfinished run has lost rows: %,d of %,d are there",
              found,
              state.rows()),
          "remove the folder input in the work-dir and run the same command again: it takes a new"
              + " snapshot, and results are kept.");
    }
  }

  /** This one with other columns beside the input's. */
  public Snapshot with(Dataset<Row> other) {
    return new Snapshot(other, state, note);
  }

  /** The input's. */
  public List<String> columns() {
    return Arrays.stream(rows.columns()).filter(name -> !SnapshotColumns.isOwn(name)).toList();
  }
}
