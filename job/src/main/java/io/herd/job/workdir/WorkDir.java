package io.herd.job.workdir;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.herd.job.config.Settings;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.results.ResultLog;
import io.herd.udfs.storage.PrivateStorage;
import io.herd.udfs.storage.StorageRetries;
import io.herd.udfs.storage.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The folder in which a run stores its work, on any Hadoop file system: {@code input/} (snapshots),
 * {@code results/} (the log), {@code progress/}, {@code disagreements/}, {@code audit/}, {@code
 * lease/}, {@code state-*.json}, {@code run.json}, {@code report.html}, {@code manifest.json} and,
 * for a moment, {@code unheard.json}.
 */
public final class WorkDir {
  /** The folder of the rows that disagree with the gold column. */
  public static final String DISAGREEMENTS = "disagreements";

  /** What was published; a run with this file is done. */
  public static final String MANIFEST = "manifest.json";

  /**
   * Marks the end of a run whose driver hasn't exited: if it is killed then, it has published, but
   * nobody knows.
   */
  private static final String UNHEARD = "unheard.json";

  /** The report for people. */
  public static final String REPORT = "report.html";

  private static final Gson GSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .serializeNulls()
          .create();

  private final Path root;
  private final Configuration hadoop;
  private final Function<FileSystem, StorageRetries> retries;
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
    this.root = new Path(root);
    this.hadoop = hadoop;
    this.retries = retries;
    this.time = time;
  }

  /** An operation on the work-dir's file system that may be repeated. */
  private interface Io<T> {
    T run(FileSystem files) throws IOException;
  }

  private <T> T io(String doing, Object what, Io<T> body) {
    try {
      FileSystem files = root.getFileSystem(hadoop);
      return retries.apply(files).get(again -> body.run(files));
    } catch (IOException | FSError | JsonParseException e) { // a full local disk is an FSError
      throw new SystemException("can't " + doing + " " + what, e);
    }
  }

  public String snapshot(String name) {
    return new Path(root, "input/" + name).toString();
  }

  /** Returns whether a run's snapshot exists: a run with other settings removes earlier ones. */
  public boolean holdsSnapshot(RunState run) {
    Path folder = new Path(snapshot(run.snapshot()));
    return io(
        "look for",
        folder,
        files ->
            files.exists(folder)
                && Arrays.stream(files.listStatus(folder))
                    .anyMatch(file -> file.getPath().getName().startsWith("part-")));
  }

  public ResultLog results() {
    return new ResultLog(new Path(root, "results").toString());
  }

  /**
   * Returns the work-dir's current run. Where {@code manifest.json} says that a publication of it
   * has ended, so does the state: the manifest is the one mark of that.
   *
   * @throws UserException when it was written by a later version
   */
  public Optional<RunState> state() {
    Optional<EndMark> manifest = read(MANIFEST, EndMark.class);
    return noted().map(run -> manifest.map(mark -> mark.on(run)).orElse(run));
  }

  /** Returns the run, unless its end was noted by a driver that died before it could report it. */
  public Optional<RunState> heard() {
    Optional<String> unheard = read(UNHEARD, EndMark.class).map(EndMark::run);
    return state().filter(run -> !unheard.equals(Optional.of(run.run())));
  }

  /**
   * Returns the run as a driver resumes it. Its end counts if that was known when the driver began:
   * of a run that another driver has ended since, this one has nothing to do.
   *
   * @param ended the run that had ended then
   */
  public Optional<RunState> state(Optional<String> ended) {
    Optional<RunState> noted = noted();
    return noted.map(RunState::run).equals(ended) ? state() : noted;
  }

  private Optional<RunState> noted() {
    return io("read", stateFile(), files -> states(files).last()).map(RunState.Stored::state);
  }

  private <T> Optional<T> read(String name, Class<T> type) {
    Path file = new Path(root, name);
    return io("read", file, files -> read(files, file, type));
  }

  /**
   * Notes that a run ends, before its manifest says so.
   *
   * @param fence throws if another run has taken the lease
   */
  public void end(String run, Runnable fence) {
    writeJson(UNHEARD, new EndMark(run, null, null), fence);
  }

  /** Notes that the driver of the ended run has only to exit. */
  public void endHeard() {
    drop(new Path(root, UNHEARD).toString());
  }

  private static <T> Optional<T> read(FileSystem files, Path file, Class<T> type)
      throws IOException {
    return files.exists(file)
        ? JsonFile.of(GSON, files, file, type)
        : halfReplaced(files, file, type);
  }

  /**
   * Reads the file that a run left when it died while replacing it, where a rename isn't atomic;
   * empty if it was incomplete.
   */
  private static <T> Optional<T> halfReplaced(FileSystem files, Path file, Class<T> type)
      throws IOException {
    if (!files.exists(file.getParent())) {
      return Optional.empty();
    }
    FileStatus[] left =
        files.listStatus(file.getParent(), path -> WholeFile.isHidden(file, path.getName()));
    Arrays.sort(left, Comparator.comparing(FileStatus::getModificationTime).reversed());
    for (FileStatus each : left) {
      Optional<T> whole = JsonFile.ifWhole(GSON, files, each.getPath(), type);
      if (whole.isPresent()) {
        return whole;
      }
    }
    return Optional.empty();
  }

  /** Writes a driver's progress. */
  public void write(String driver, RunProgress progress) {
    Path folder = progress();
    io(
        "write",
        folder,
        files -> {
          PrivateStorage.make(files, root);
          new ProgressFiles(GSON, files, folder).write(driver, progress);
          return null;
        });
  }

  /** Removes the progress of a driver that ends. */
  public void dropProgress(String driver) {
    Path folder = progress();
    io(
        "clear",
        folder,
        files -> {
          new ProgressFiles(GSON, files, folder).remove(driver);
          return null;
        });
  }

  private Path progress() {
    return new Path(root, "progress");
  }

  /**
   * Returns the status that the files show.
   *
   * @throws UserException when there is no work-dir
   */
  public WorkDirStatus status() {
    if (!io(
        "look for", root, files -> files.exists(root) && files.getFileStatus(root).isDirectory())) {
      throw new UserException(
          "there is no work-dir " + root,
          "give the folder that herd.run.work-dir names; a run makes it.");
    }
    return new WorkDirStatus(
        state(),
        io("read", progress(), files -> new ProgressFiles(GSON, files, progress()).read()),
        io("read", "the lease in " + root, files -> leaseFiles(files).holder()),
        read("run.json", WorkDirStatus.LastEnd.class));
  }

  /** Returns the report of the last run that ended, as JSON; empty if it is incomplete. */
  public Optional<JsonObject> report() {
    Path last = new Path(root, "run.json");
    return io("read", last, files -> JsonFile.ifThere(GSON, files, last, JsonObject.class));
  }

  /** Returns the manifest of the last run that published; empty without one. */
  public Optional<JsonObject> manifest() {
    return read(MANIFEST, JsonObject.class);
  }

  private LeaseFiles leaseFiles(FileSystem files) {
    return new LeaseFiles(files, new Path(root, "lease"), time);
  }

  /**
   * Writes the run's state.
   *
   * @throws SystemException if another has the lease by now
   */
  public void write(RunState state, Lease lease) {
    byte[] text = (json(state.stored()) + "\n").getBytes(StandardCharsets.UTF_8);
    io(
        "write",
        stateFile(),
        files -> {
          PrivateStorage.make(files, root);
          states(files).write(lease.number(), text, lease::requireHeld);
          return null;
        });
  }

  private StateFiles states(FileSystem files) {
    return new StateFiles(GSON, files, root);
  }

  private Path stateFile() {
    return new Path(root, "state-*.json");
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
    write(name, json(value) + "\n", fence);
  }

  /** Formats a report as JSON. */
  public static String json(Object value) {
    return GSON.toJson(value);
  }

  /** Writes a text atomically. */
  public void writeText(String name, String content) {
    write(name, content, () -> {});
  }

  private void write(String name, String content, Runnable fence) {
    Path target = new Path(root, name);
    byte[] text = content.getBytes(StandardCharsets.UTF_8);
    io(
        "write",
        target,
        files -> {
          PrivateStorage.make(files, root);
          WholeFile.write(files, target, text, fence);
          return null;
        });
  }

  /** Creates the folder itself, for its owner alone, unless it exists. */
  public void make() {
    io(
        "make",
        root,
        files -> {
          PrivateStorage.make(files, root);
          return null;
        });
  }

  /** Creates the log's folder, so that it can be read before the first result exists. */
  public void prepare() {
    make();
    Path results = new Path(results().folder());
    io("make", results, files -> files.mkdirs(results));
  }

  public String disagreements() {
    return new Path(root, DISAGREEMENTS).toString();
  }

  /** Removes the disagreements of an earlier run. */
  public void dropDisagreements() {
    drop(disagreements());
  }

  /**
   * Waits for the lease, which one run holds at a time, and takes it.
   *
   * @param step what for, which other runs show
   * @param waiting receives the holder, once, if another run has it
   * @param stopped ends the waiting
   */
  public Lease lease(String step, Consumer<String> waiting, BooleanSupplier stopped) {
    Path folder = new Path(root, "lease");
    make();
    return Lease.take(fileSystem(), folder, time, step, waiting, stopped);
  }

  /** Returns the folder of the rows that an audit found wrong. */
  public String audit() {
    return new Path(root, "audit").toString();
  }

  /** Removes the mark that an output is done; the state has recorded that before. */
  public void dropPublished() {
    drop(new Path(root, MANIFEST).toString());
  }

  /** Removes the findings of an earlier audit. */
  public void dropAudit() {
    drop(audit());
  }

  /** Returns a temporary work-dir inside this one. */
  public WorkDir scratch() {
    return new WorkDir(new Path(root, "_scratch").toString(), hadoop, retries, time);
  }

  /** Removes the whole work-dir. */
  public void dropAll() {
    drop(root.toString());
  }

  /** Removes a snapshot that no run needs any more. */
  public void dropSnapshot(String name) {
    drop(snapshot(name));
  }

  /**
   * Removes snapshots that no run needs once a new one is noted: the last one, and those of runs
   * that died before they noted theirs. One that was begun later is of another run.
   *
   * @param last the one before, or null
   */
  public void dropSnapshotsBefore(RunState now, RunState last) {
    Path input = new Path(root, "input");
    for (FileStatus folder : io("list", input, files -> files.listStatus(input))) {
      String name = folder.getPath().getName();
      boolean earlier = name.matches("s\\d.*") && name.compareTo(now.snapshot()) < 0;
      if (earlier || (last != null && name.equals(last.snapshot()))) {
        dropSnapshot(name);
      }
    }
  }

  /** Returns files that nobody needs and that are older than a given time. */
  public OldFiles olderThan(Instant before) {
    Optional<String> unfinished =
        state().filter(each -> !each.isFinished()).map(RunState::snapshot);
    List<String> whole = List.of(DISAGREEMENTS, "audit", "_scratch", "_trial");
    return OldFiles.find(fileSystem(), root, unfinished, whole, before);
  }

  public void remove(OldFiles old) {
    old.remove(fileSystem());
  }

  private FileSystem fileSystem() {
    return io("open the file system of", root, files -> files);
  }

  /** Returns a folder for trial writes of an output without rows. */
  public String trial() {
    return new Path(root, "_trial").toString();
  }

  public void dropTrial() {
    drop(trial());
  }

  private void drop(String folder) {
    io("remove", folder, files -> files.delete(new Path(folder), true));
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
