package io.herd.job.workdir;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.herd.job.config.Settings;
import io.herd.udfs.SystemException;
import io.herd.udfs.results.ResultLog;
import io.herd.udfs.storage.PrivateStorage;
import io.herd.udfs.storage.StorageRetries;
import io.herd.udfs.storage.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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
 * {@code results/} (the log), {@code disagreements/}, {@code audit/}, {@code lease/}, {@code
 * state.json}, {@code run.json}, {@code report.html} and {@code manifest.json}.
 */
public final class WorkDir {
  /** The folder of the rows that the gold column disagrees with. */
  public static final String DISAGREEMENTS = "disagreements";

  /** What was published; where it is, the run is done. */
  public static final String MANIFEST = "manifest.json";

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

  /**
   * Which snapshot the run works on.
   *
   * @param snapshot its folder's name below {@code input/}
   * @param fingerprint of the settings it was taken with
   * @param published whether its output has been written
   * @param output where to, once that has begun; it may be replaced by a later run
   */
  public record State(String snapshot, String fingerprint, boolean published, String output) {
    /** The run's name, the same when an unfinished run is taken up again. */
    public String run() {
      return snapshot;
    }

    /** Whether it is a state of the same run, and the output of that is written. */
    public boolean hasPublished(State run) {
      return published && snapshot.equals(run.snapshot);
    }

    public State begun(String target) {
      return new State(snapshot, fingerprint, false, target);
    }

    public State done() {
      return new State(snapshot, fingerprint, true, output);
    }
  }

  public String snapshot(String name) {
    return new Path(root, "input/" + name).toString();
  }

  /**
   * Whether a run's snapshot is still there: a run with other settings drops what was before it.
   */
  public boolean holdsSnapshot(State run) {
    Path folder = new Path(snapshot(run.snapshot()));
    return io("look for", folder, files -> files.exists(folder));
  }

  public ResultLog results() {
    return new ResultLog(new Path(root, "results").toString());
  }

  public Optional<State> state() {
    Path file = new Path(root, "state.json");
    return io(
        "read",
        file,
        files ->
            files.exists(file)
                ? Optional.ofNullable(state(files, file))
                : halfReplaced(files, WholeFile.hidden(file)));
  }

  /** What a run left that died as it replaced the file; nothing if it died in its first words. */
  private static Optional<State> halfReplaced(FileSystem files, Path hidden) throws IOException {
    try {
      return files.exists(hidden) ? Optional.ofNullable(state(files, hidden)) : Optional.empty();
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  private static State state(FileSystem files, Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      return GSON.fromJson(new String(in.readAllBytes(), StandardCharsets.UTF_8), State.class);
    }
  }

  public void write(State state) {
    writeJson("state.json", state);
  }

  /** Writes a file of the work-dir whole or not at all. */
  public void writeJson(String name, Object value) {
    writeText(name, GSON.toJson(value) + "\n");
  }

  /** Likewise. */
  public void writeText(String name, String content) {
    Path target = new Path(root, name);
    byte[] text = content.getBytes(StandardCharsets.UTF_8);
    io(
        "write",
        target,
        files -> {
          PrivateStorage.make(files, root);
          WholeFile.write(files, target, text);
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
   * @param step what for, as other runs are told
   * @param waiting is told once if another run has it
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

  /** Removes what says that an output is done, and what was wrong with an earlier one. */
  public void dropPublished() {
    drop(new Path(root, MANIFEST).toString());
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
  public void dropSnapshotsBefore(State now, State last) {
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
    Optional<String> unfinished = state().filter(each -> !each.published()).map(State::snapshot);
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
