package io.herd.udfs.results;

import io.herd.udfs.SystemException;
import io.herd.udfs.storage.StorageRetries;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder of immutable files of JSON lines, one {@link Result} each. Partitions after the first
 * 256 have theirs in folders below it, 256 to each: HDFS takes about a million entries in one, and
 * an attempt that looks for those of earlier ones lists one folder. A file is visible only when it
 * is complete, see {@link WholeFile}. A result that is in the log is never generated again,
 * whatever happens to the task, the stage or the driver.
 *
 * @param folder any path that Hadoop's file systems know
 */
public record ResultLog(String folder) implements Serializable {
  private static final String SUFFIX = ".jsonl";

  /** Number of partitions whose files share a folder. */
  private static final int TOGETHER = 256;

  /**
   * Opens a writer for one attempt of a task.
   *
   * @param submission that the partition number belongs to
   */
  public ResultWriter writer(
      Configuration hadoop,
      String submission,
      int partition,
      long attempt,
      ResultWriter.Flush flush) {
    String name = prefix(submission, partition) + "-" + attempt;
    FileSystem files = fileSystem(hadoop);
    return new ResultWriter(
        files, folder(partition), name, flush, System::nanoTime, StorageRetries.of(files));
  }

  /** Returns the marks of work in progress; readers of the log don't see them. */
  public InFlight inFlight(Configuration hadoop, String submission) {
    return new InFlight(fileSystem(hadoop), new Path(folder, InFlight.FOLDER + "/" + submission));
  }

  /** Returns the folder's files, for reading all of them or joining many. */
  public LogFiles files(Configuration hadoop) {
    return new LogFiles(fileSystem(hadoop), new Path(folder));
  }

  /** Returns the keys that earlier attempts at a partition of this submission have written. */
  public Set<String> keys(Configuration hadoop, String submission, int partition) {
    Set<String> keys = new HashSet<>();
    FileSystem files = fileSystem(hadoop);
    try {
      StorageRetries.of(files)
          .run(
              again ->
                  readKeys(files, folder(partition), prefix(submission, partition) + "-", keys));
      return keys;
    } catch (IOException e) {
      throw new SystemException("can't read the result log in " + folder, e);
    }
  }

  private static void readKeys(FileSystem files, Path parent, String prefix, Set<String> keys)
      throws IOException {
    if (files.exists(parent)) {
      for (FileStatus file : files.listStatus(parent, path -> path.getName().startsWith(prefix))) {
        readKeys(files, file.getPath(), keys);
      }
    }
  }

  private Path folder(int partition) {
    int number = partition / TOGETHER;
    return number == 0
        ? new Path(folder)
        : new Path(folder, String.format(Locale.ROOT, "p%05d", number));
  }

  private static void readKeys(FileSystem files, Path file, Set<String> keys) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(files.open(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        keys.add(Result.JSON.fromJson(line, Result.class).key());
      }
    }
  }

  /** Matches the names of a submission's files. */
  public static String glob(String submission) {
    return submission + "-*" + SUFFIX;
  }

  private static String prefix(String submission, int partition) {
    return String.format(Locale.ROOT, "%s-%05d", submission, partition);
  }

  static String fileName(String name, int sequence) {
    return String.format(Locale.ROOT, "%s-%05d%s", name, sequence, SUFFIX);
  }

  private FileSystem fileSystem(Configuration hadoop) {
    try {
      return new Path(folder).getFileSystem(hadoop);
    } catch (IOException e) {
      throw new SystemException("can't open the file system of " + folder, e);
    }
  }
}
