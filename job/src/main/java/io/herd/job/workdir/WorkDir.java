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
 * The folder in which a run keeps its work, on any Hadoop file system: {@code input/} (snapshots),
 * {@code results/} (the log), {@code progress/}, {@code disagreements/}, {@code audit/}, {@code
 * lease/}, {@code state-*.json}, {@code run.json}, {@code report.html}, {@code manifest.json} and,
 * for a moment, {@code unheard.json}.
 */
public final class WorkDir {
  /** The folder of the rows that the gold column disagrees with. */
  public static final String DISAGREEMENTS = "disagreements";

  /** What was published; where it is, the run is done. */
  public static final String MANIFEST = "manifest.json";

  /**
   * The end of a run whose driver hasn't ended: one that is killed then has published, and nobody
   * knows.
   */
  private static final String UNHEARD = "unheard.json";

  /** The report for the eye. */
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

  /** The work-dir that the settings name. */
  public static WorkDir of(SparkSession spark, Settings settings) {
    return new WorkDir(settings.run().workDir(), spark.sparkContext().hadoopConfiguration());
  }

  public WorkDir(String root, Configuration hadoop) {
    this(root, hadoop, StorageRetries::of, Time.REAL);
  }

  /**
   * With other ideas of how often storage is tried again, and of how time passes.
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

  /** Something that is done with the work-dir's file system, and may be done again. */
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

  /**
   * Whether a run's snapshot is still there: a run with other settings drops what was before it.
   */
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
   * The run that the work-dir is at. Where {@code manifest.json} says that a publication of it has
   * ended, so does the state: the manifest is the one mark of that.
   *
   * @throws UserException when it was written by a later version
   */
  public Optional<RunState> state() {
    Optional<EndMark> manifest = read(MANIFEST, EndMark.class);
    return noted().map(run -> manifest.map(mark -> mark.on(run)).orElse(run));
  }

  /** The run, unless its end was noted by a driver that didn't live to tell. */
  public Optional<RunState> heard() {
    Optional<String> unheard = read(UNHEARD, EndMark.class).map(EndMark::run);
    return state().filter(run -> !unheard.equals(Optional.of(run.run())));
  }

  /**
   * The run as a driver takes it up. Its end counts if that was known when the driver began: of a
   * run that another driver has ended since, this one has nothing to do.
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
   * @param fence throws if another has the lease by now
   */
  public void end(String run, Runnable fence) {
    writeJson(UNHEARD, new EndMark(run, null, null), fence);
  }

  /** Notes that nothing is left to do for the driver of the run that has ended, but to exit. */
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
   * What a run left that died as it replaced the file, where a rename doesn't do that in one step;
   * nothing if it died in its first words.
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

  /** Notes how far a driver is. */
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

  /** Removes what a driver has noted, which ends now. */
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
   * What the files tell.
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

  /** The report of the last run that came to an end, as JSON; nothing if it isn't whole. */
  public Optional<JsonObject> report() {
    Path last = new Path(root, "run.json");
    return io("read", last, files -> JsonFile.ifThere(GSON, files, last, JsonObject.class));
  }

  private LeaseFiles leaseFiles(FileSystem files) {
    return new LeaseFiles(files, new Path(root, "lease"), time);
  }

  /**
   * Notes the run.
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

  /** Writes a file of the work-dir whole or not at all. */
  public void writeJson(String name, Object value) {
    writeJson(name, value, () -> {});
  }

  /**
   * Writes one so.
   *
   * @param fence is called last before the file is put in place, and may throw
   */
  public void writeJson(String name, Object value, Runnable fence) {
    write(name, json(value) + "\n", fence);
  }

  /** A report as its file has it. */
  public static String json(Object value) {
    return GSON.toJson(value);
  }

  /** Writes a text so. */
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

  /** Makes the folder itself, for its owner alone, unless it is there. */
  public void make() {
    io(
        "make",
        root,
        files -> {
          PrivateStorage.make(files, root);
          return null;
        });
  }

  /** Makes the log's folder, so that it can be read before the first result is there. */
  public void prepare() {
    make();
    Path results = new Path(results().folder());
    io("make", results, files -> files.mkdirs(results));
  }

  public String disagreements() {
    return new Path(root, DISAGREEMENTS).toString();
  }

  /** Removes those of an earlier run. */
  public void dropDisagreements() {
    drop(disagreements());
  }

  /**
   * Waits for the lease, which one run has at a time, and takes it.
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

  /** The folder of the rows that an audit found wrong. */
  public String audit() {
    return new Path(root, "audit").toString();
  }

  /** Removes what says that an output is done; the state has noted that by now. */
  public void dropPublished() {
    drop(new Path(root, MANIFEST).toString());
  }

  /** Removes what was wrong with an earlier output. */
  public void dropAudit() {
    drop(audit());
  }

  /** A work-dir inside this one, for what nobody needs afterwards. */
  public WorkDir scratch() {
    return new WorkDir(new Path(root, "_scratch").toString(), hadoop, retries, time);
  }

  /** Removes all of it. */
  public void dropAll() {
    drop(root.toString());
  }

  /** Removes a snapshot that no run needs any more. */
  public void dropSnapshot(String name) {
    drop(snapshot(name));
  }

  /**
   * Removes the snapshots that no run needs once a new one is noted: the last one, and those of
   * runs that died before they noted theirs. One that was begun later is of another run.
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

  /** What nobody needs and was last written before a time. */
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

  /** A folder in which an output without rows is tried out. */
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
