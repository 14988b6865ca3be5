package io.herd.udfs.results;

import io.herd.udfs.SystemException;
import io.herd.udfs.storage.StorageRetries;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work in progress of a run's tasks: an empty file for each attempt at a piece of work, from
 * its beginning to its end. When the process dies the file stays, and later attempts know of it.
 */
public final class InFlight {
  /**
   * The folder of all runs in the log's folder; each run's own folder has the name of its
   * submission.
   */
  public static final String FOLDER = "_in-flight";

  private static final Logger LOG = LoggerFactory.getLogger(InFlight.class);

  private final FileSystem files;
  private final Path folder;
  private final StorageRetries retries;

  InFlight(FileSystem files, Path folder) {
    this.files = files;
    this.folder = folder;
    this.retries = StorageRetries.of(files);
  }

  public void begin(String work, long attempt) {
    try {
      retries.run(again -> files.create(file(work, attempt), true).close());
    } catch (IOException | FSError e) {
      throw new SystemException("can't write to " + folder, e);
    }
  }

  public void end(String work, long attempt) {
    try {
      retries.run(again -> files.delete(file(work, attempt), false));
    } catch (IOException e) {
      throw new SystemException("can't remove a file from " + folder, e);
    }
  }

  /** Returns the number of attempts at this work that have begun and not ended. */
  public int left(String work) {
    return left().getOrDefault(work, 0);
  }

  /** Returns the number of unfinished attempts for each piece of work. */
  public Map<String, Integer> left() {
    Map<String, Integer> left = new TreeMap<>();
    try {
      retries.run(again -> count(left));
    } catch (IOException e) {
      throw new SystemException("can't read " + folder, e);
    }
    return left;
  }

  /** Returns whether a later attempt at this work has begun and not ended. */
  public boolean isLeftToLater(String work, long attempt) {
    try {
      return retries.get(
          again ->
              names().stream()
                  .filter(name -> workOf(name).equals(work))
                  .anyMatch(name -> attemptOf(name) > attempt));
    } catch (IOException e) {
      throw new SystemException("can't read " + folder, e);
    }
  }

  private void count(Map<String, Integer> left) throws IOException {
    left.clear();
    names().forEach(name -> left.merge(workOf(name), 1, Integer::sum));
  }

  private List<String> names() throws IOException {
    try {
      return Arrays.stream(files.listStatus(folder)).map(file -> file.getPath().getName()).toList();
    } catch (FileNotFoundException e) {
      return List.of(); // nothing has begun yet
    }
  }

  private static String workOf(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }

  private static long attemptOf(String name) {
    return Long.parseLong(name.substring(name.lastIndexOf('.') + 1));
  }

  /**
   * Removes all marks, once no attempt follows. What can't be removed is no reason to fail, as no
   * other run looks at it: it is cleaned up with old results.
   */
  public void clear() {
    try {
      files.delete(folder, true);
    } catch (IOException e) {
      LOG.warn("can't remove {}", folder, e);
    }
  }

  private Path file(String work, long attempt) {
    return new Path(folder, work + "." + attempt);
  }
}
