package io.herd.job.workdir;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.herd.udfs.SystemException;
import io.herd.udfs.files.PrivateFolder;
import io.herd.udfs.results.ResultLog;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder in which a run keeps its work, on any Hadoop file system: {@code input/} (snapshots),
 * {@code results/} (the log), {@code disagreements/}, {@code state.json} and {@code run.json}.
 */
public final class WorkDir {
  /** The folder of the rows that the gold column disagrees with. */
  public static final String DISAGREEMENTS = "disagreements";

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
      if (!files.exists(file)) {
        return Optional.empty();
      }
      try (Reader in = new InputStreamReader(files.open(file), StandardCharsets.UTF_8)) {
        return Optional.of(GSON.fromJson(in, State.class));
      }
    } catch (IOException | JsonParseException e) {
      throw new SystemException("can't read " + file, e);
    }
  }

  public void write(State state) {
    writeJson("state.json", state);
  }

  /** Writes a file of the work-dir whole or not at all. */
  public void writeJson(String name, Object value) {
    Path target = new Path(root, name);
    Path hidden = new Path(root, "_" + name + ".tmp");
    try {
      FileSystem files = root.getFileSystem(hadoop);
      PrivateFolder.make(files, root);
      try (OutputStream out = files.create(hidden, true)) {
        out.write((GSON.toJson(value) + "\n").getBytes(StandardCharsets.UTF_8));
      }
      files.delete(target, false); // Hadoop's rename doesn't replace
      if (!files.rename(hidden, target)) {
        throw new IOException("rename was refused");
      }
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
