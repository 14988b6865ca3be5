package io.herd.job.workdir;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.herd.udfs.SystemException;
import io.herd.udfs.files.PrivateFolder;
import io.herd.udfs.files.StorageRetries;
import io.herd.udfs.files.WholeFile;
import io.herd.udfs.results.ResultLog;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder in which a run keeps its work, on any Hadoop file system: {@code input/} (snapshots),
 * {@code results/} (the log), {@code disagreements/}, {@code audit/}, {@code lease/}, {@code
 * state.json}, {@code run.json} and {@code manifest.json}.
 */
public final class WorkDir {
  /** The folder of the rows that the gold column disagrees with. */
  public static final String DISAGREEMENTS = "disagreements";

  /** What was published; where it is, the run is done. */
  public static final String MANIFEST = "manifest.json";

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private final Path root;
  private final Configuration hadoop;

  public WorkDir(String root, Configuration hadoop) {
    this.root = new Path(root);
    this.hadoop = hadoop;
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

  public ResultLog results() {
    return new ResultLog(new Path(root, "results").toString());
  }

  public Optional<State> state() {
    Path file = new Path(root, "state.json");
    try {
      FileSystem files = root.getFileSystem(hadoop);
      return files.exists(file)
          ? Optional.ofNullable(state(files, file))
          : halfReplaced(files, WholeFile.hidden(file));
    } catch (IOException | JsonParseException e) {
      throw new SystemException("can't read " + file, e);
    }
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
    try (Reader in = new InputStreamReader(files.open(file), StandardCharsets.UTF_8)) {
      return GSON.fromJson(in, State.class);
    }
  }

  public void write(State state) {
    writeJson("state.json", state);
  }

  /** Writes a file of the work-dir whole or not at all. */
  public void writeJson(String name, Object value) {
    Path target = new Path(root, name);
    try {
      FileSystem files = root.getFileSystem(hadoop);
      byte[] text = (GSON.toJson(value) + "\n").getBytes(StandardCharsets.UTF_8);
      StorageRetries.of(files)
          .run(
              again -> {
                PrivateFolder.make(files, root);
                WholeFile.write(files, target, text);
              });
    } catch (IOException | FSError e) { // a full local disk is the latter
      throw new SystemException("can't write " + target, e);
    }
  }

  /** Makes the folder itself, for its owner alone, unless it is there. */
  public void make() {
    try {
      PrivateFolder.make(root.getFileSystem(hadoop), root);
    } catch (IOException e) {
      throw new SystemException("can't make " + root, e);
    }
  }

  /** Makes the log's folder, so that it can be read before the first result is there. */
  public void prepare() {
    make();
    try {
      root.getFileSystem(hadoop).mkdirs(new Path(results().folder()));
    } catch (IOException e) {
      throw new SystemException("can't make " + results().folder(), e);
    }
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
    try {
      return Lease.take(root.getFileSystem(hadoop), folder, step, waiting, stopped);
    } catch (IOException e) {
      throw new SystemException("can't open the file system of " + root, e);
    }
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
    return new WorkDir(new Path(root, "_scratch").toString(), hadoop);
  }

  /** Removes all of it. */
  public void dropAll() {
    drop(root.toString());
  }

  /** Removes a snapshot that no run needs any more. */
  public void dropSnapshot(String name) {
    drop(snapshot(name));
  }

  /** What nobody needs and was last written before a time. */
  public OldFiles olderThan(Instant before) {
    return OldFiles.find(fileSystem(), root, state(), before);
  }

  public void remove(OldFiles old) {
    old.remove(fileSystem());
  }

  private FileSystem fileSystem() {
    try {
      return root.getFileSystem(hadoop);
    } catch (IOException e) {
      throw new SystemException("can't open the file system of " + root, e);
    }
  }

  /** A folder in which an output without rows is tried out. */
  public String trial() {
    return new Path(root, "_trial").toString();
  }

  public void dropTrial() {
    drop(trial());
  }

  private void drop(String folder) {
    try {
      root.getFileSystem(hadoop).delete(new Path(folder), true);
    } catch (IOException e) {
      throw new SystemException("can't remove " + folder, e);
    }
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
