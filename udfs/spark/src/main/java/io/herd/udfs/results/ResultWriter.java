package io.herd.udfs.results;

import io.herd.udfs.SystemException;
import io.herd.udfs.storage.StorageRetries;
import io.herd.udfs.storage.WholeFile;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes one task's results as files that are bounded in rows and age: a kill can lose one file's
 * results. Not thread-safe.
 */
public final class ResultWriter implements AutoCloseable {

  /**
   * When results become visible.
   *
   * @param rows how many results at most wait
   * @param every how long a result waits at most
   */
  public record Flush(int rows, Duration every) implements Serializable {}

  private static final Pattern LONE_SURROGATE = Pattern.compile("\\p{Cs}");

  private final StringBuilder pending = new StringBuilder();
  private final FileSystem files;
  private final Path folder;
  private final String name;
  private final Flush flush;
  private final LongSupplier nanoTime;
  private final StorageRetries retries;
  private int rows;
  private int sequence;
  private long oldest; // by nanoTime: the time of day may jump

  /**
   * Opens a writer; {@link ResultLog#writer} does so for a task.
   *
   * @param name that the files' names begin with
   * @param nanoTime as {@link System#nanoTime}
   */
  public ResultWriter(
      FileSystem files,
      Path folder,
      String name,
      Flush flush,
      LongSupplier nanoTime,
      StorageRetries retries) {
    this.files = files;
    this.folder = folder;
    this.name = name;
    this.flush = flush;
    this.nanoTime = nanoTime;
    this.retries = retries;
  }

  /**
   * Adds a result, which is safe after the next flush.
   *
   * @return whether that was now
   */
  public boolean append(Result result) {
    if (rows == 0) {
      oldest = nanoTime.getAsLong();
    }
    pending.append(escaped(Result.JSON.toJson(result))).append('\n');
    rows++;
    return flushIfDue();
  }

  /** Escapes lone surrogates, which UTF-8 can't encode but JSON can. */
  private static String escaped(String json) {
    return LONE_SURROGATE
        .matcher(json)
        .replaceAll(half -> String.format(Locale.ROOT, "\\\\u%04x", (int) half.group().charAt(0)));
  }

  /**
   * Writes results that are due by number or age; called from time to time while waiting.
   *
   * @return whether anything was
   */
  public boolean flushIfDue() {
    boolean due =
        rows >= flush.rows()
            || (rows > 0 && nanoTime.getAsLong() - oldest >= flush.every().toNanos());
    if (due) {
      flush();
    }
    return due;
  }

  private void flush() {
    Path target = new Path(folder, ResultLog.fileName(name, sequence));
    try {
      retries.run(again -> write(target, again));
    } catch (IOException | FSError e) { // a full local disk is the latter
      throw new SystemException("can't write results to " + folder, e);
    }
    sequence++;
    rows = 0;
    pending.setLength(0);
  }

  private void write(Path target, boolean again) throws IOException {
    if (again && files.exists(target)) {
      return; // only the answer was lost
    }
    WholeFile.write(files, target, pending.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Writes the remaining results. */
  @Override
  public void close() {
    if (rows > 0) {
      flush();
    }
  }
}
