package io.herd.job.workdir;

import com.google.gson.JsonObject;
import io.herd.job.config.Settings;
import io.herd.udfs.UserException;
import io.herd.udfs.results.ResultLog;
import io.herd.udfs.storage.PrivateStorage;
import io.herd.udfs.storage.StorageRetries;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The folder in which a run stores its work, on any Hadoop file system:
 *
 * <ul>
 *   <li>{@code state-*.json}, {@code manifest.json}, {@code unheard.json}: {@link #run}
 *   <li>{@code input/}: {@link #snapshots}
 *   <li>{@code results/}: {@link #results}, the log
 *   <li>{@code lease/}: {@link #lease}
 *   <li>{@code progress/}: {@link #status} and {@link #write}
 *   <li>{@code run.json}, {@code report.html}: the report
 *   <li>{@code disagreements/}, {@code audit/}: rows for people
 *   <li>{@code _scratch/}, {@code _trial/}: temporary
 * </ul>
 */
public final class WorkDir {
  /** The folder of the rows that disagree with the gold column. */
  public static final String DISAGREEMENTS = "disagreements";

  /** What was published; a run with this file is done. */
  public static final String MANIFEST = "manifest.json";

  /** The report for people. */
  public static final String REPORT = "report.html";

  private final WorkFiles files;
  private final Time time;

  /** Returns the configured work-dir. */
  public static WorkDir of(SparkSession spark, Settings settings) {
    return new WorkDir(settings.run().workDir(), spark.sparkContext().hadoopConfiguration());
  }

  public WorkDir(String root, Configuration hadoop) {
    this(root, hadoop, StorageRetries::of, Time.REAL);
  }

  /**
   * Creates a work-dir with other retries of storage and another clock.
   *
   * @param retries for a file system
   */
  public WorkDir(
      String root, Configuration hadoop, Function<FileSystem, StorageRetries> retries, Time time) {
    this(new WorkFiles(new Path(root), hadoop, retries), time);
  }

  private WorkDir(WorkFiles files, Time time) {
    this.files = files;
    this.time = time;
  }

  public CurrentRun run() {
    return new CurrentRun(files);
  }

  public Snapshots snapshots() {
    return new Snapshots(files);
  }

  public ResultLog results() {
    return new ResultLog(files.path("results").toString());
  }

  /** Creates the folder itself, for its owner alone, unless it exists. */
  public void make() {
    files.make();
  }

  /** Creates the log's folder, so that it can be read before the first result exists. */
  public void prepare() {
    make();
    Path results = new Path(results().folder());
    files.io("make", results, storage -> storage.mkdirs(results));
  }

  /**
   * Waits for the lease, which one run holds at a time, and takes it.
   *
   * @param step what for, which other runs show
   * @param waiting receives the holder, once, if another run has it
   * @param stopped ends the waiting
   */
  public Lease lease(String step, Consumer<String> waiting, BooleanSupplier stopped) {
    make();
    return Lease.take(files.fileSystem(), files.path("lease"), time, step, waiting, stopped);
  }

  /** Writes a driver's progress. */
  public void write(String driver, RunProgress progress) {
    Path folder = progress();
    files.io(
        "write",
        folder,
        storage -> {
          PrivateStorage.make(storage, files.root());
          new ProgressFiles(storage, folder).write(driver, progress);
          return null;
        });
  }

  /** Removes the progress of a driver that ends. */
  public void dropProgress(String driver) {
    Path folder = progress();
    files.io(
        "clear",
        folder,
        storage -> {
          new ProgressFiles(storage, folder).remove(driver);
          return null;
        });
  }

  private Path progress() {
    return files.path("progress");
  }

  /**
   * Returns the status that the files show.
   *
   * @throws UserException when there is no work-dir
   */
  public WorkDirStatus status() {
    Path root = files.root();
    if (!files.io(
        "look for",
        root,
        storage -> storage.exists(root) && storage.getFileStatus(root).isDirectory())) {
      throw new UserException(
          "there is no work-dir " + root,
          "give the folder that herd.run.work-dir names; a run makes it.");
    }
    return new WorkDirStatus(
        run().state(),
        files.io("read", progress(), storage -> new ProgressFiles(storage, progress()).read()),
        files.io(
            "read",
            "the lease in " + root,
            storage -> new LeaseFiles(storage, files.path("lease"), time).holder()),
        files.read("run.json", WorkDirStatus.LastEnd.class));
  }

  /** Returns the report of the last run that ended, as JSON; empty if it is incomplete. */
  public Optional<JsonObject> report() {
    Path last = files.path("run.json");
    return files.io(
        "read", last, storage -> JsonFile.ifThere(JsonFile.GSON, storage, last, JsonObject.class));
  }

  /** Writes a file of the work-dir atomically. */
  public void writeJson(String name, Object value) {
    writeJson(name, value, () -> {});
  }

  /**
   * Writes a file atomically, after checking the lease.
   *
   * @param fence is called last before the file is put in place, and may throw
   */
  public void writeJson(String name, Object value, Runnable fence) {
    files.writeJson(name, value, fence);
  }

  /** Formats a report as JSON. */
  public static String json(Object value) {
    return JsonFile.GSON.toJson(value);
  }

  /** Writes a text atomically. */
  public void writeText(String name, String content) {
    files.write(name, content, () -> {});
  }

  public String disagreements() {
    return files.path(DISAGREEMENTS).toString();
  }

  /** Removes the disagreements of an earlier run. */
  public void dropDisagreements() {
    files.drop(files.path(DISAGREEMENTS));
  }

  /** Returns the folder of the rows that an audit found wrong. */
  public String audit() {
    return files.path("audit").toString();
  }

  /** Removes the findings of an earlier audit. */
  public void dropAudit() {
    files.drop(files.path("audit"));
  }

  /** Returns a temporary work-dir inside this one. */
  public WorkDir scratch() {
    return new WorkDir(
        new WorkFiles(files.path("_scratch"), files.hadoop(), files.retries()), time);
  }

  /** Removes the whole work-dir. */
  public void dropAll() {
    files.drop(files.root());
  }

  /** Returns a folder for trial writes of an output without rows. */
  public String trial() {
    return files.path("_trial").toString();
  }

  public void dropTrial() {
    files.drop(files.path("_trial"));
  }

  /** Returns files that nobody needs and that are older than a given time. */
  public OldFiles olderThan(Instant before) {
    Optional<String> unfinished =
        run().state().filter(each -> !each.isFinished()).map(RunState::snapshot);
    List<String> whole = List.of(DISAGREEMENTS, "audit", "_scratch", "_trial");
    return OldFiles.find(files.fileSystem(), files.root(), unfinished, whole, before);
  }

  public void remove(OldFiles old) {
    old.remove(files.fileSystem());
  }

  @Override
  public String toString() {
    return files.root().toString();
  }
}
