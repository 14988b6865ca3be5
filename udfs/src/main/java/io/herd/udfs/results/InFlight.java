package io.herd.udfs.results;

import io.herd.udfs.SystemException;
import io.herd.udfs.files.StorageRetries;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run's tasks are at: an empty file for each attempt at a piece of work, which is there from
 * its beginning to its end. When the process dies the file stays, and later attempts know of it.
 */
public final class InFlight {
  /** The folder of all runs' in that of the log; each run's has the name of its stage. */
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

  /** How many attempts at this work have begun and not ended. */
  public int left(String work) {
    return left().getOrDefault(work, 0);
  }

  /** The same of all work. */
  public Map<String, Integer> left() {
    Map<String, Integer> left = new TreeMap<>();
    try {
      retries.run(again -> count(left));
    } catch (IOException e) {
      throw new SystemException("can't read " + folder, e);
    }
    return left;
  }

  private void count(Map<String, Integer> left) throws IOException {
    left.clear();
    try {
      for (FileStatus file : files.listStatus(folder)) {
        String name = file.getPath().getName();
        left.merge(name.substring(0, name.lastIndexOf('.')), 1, Integer::sum);
      }
    } catch (FileNotFoundException e) {
      left.clear(); // nothing has begun yet
    }
  }

  /**
   * Forgets everything, once no attempt follows. What can't be removed is no reason to fail, as no
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
