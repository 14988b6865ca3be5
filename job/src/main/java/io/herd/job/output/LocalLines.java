package io.herd.job.output;

import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.files.PrivateFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A new file on this machine that only its owner can read. It appears complete or not at all,
 * because a partial file would pass for a complete one.
 *
 * @param rule said where something of that name is there: that it isn't overwritten
 * @param remedy what to do then
 */
public record LocalLines(Path file, String rule, String remedy) {

  /** A file that a verb's {@code --write} names. */
  public static LocalLines named(Path file) {
    return new LocalLines(file, "nothing is overwritten", "name another file.");
  }

  /** Writes the file's content. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes the content, and returns the number of lines.
     *
     * @return how many lines
     */
    long write(Writer out) throws IOException;
  }

  /**
   * Refuses an existing file before anything is computed.
   *
   * @throws UserException when something of that name is there
   */
  public void requireNew() {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw taken(null);
    }
  }

  private UserException taken(Throwable cause) {
    return new UserException(file + " is there already, and " + rule, remedy, cause);
  }

  /**
   * Writes rows of one text each as lines.
   *
   * @return their number
   */
  public long write(Dataset<Row> lines) {
    return write(
        out -> {
          long written = 0;
          Iterator<Row> each = lines.toLocalIterator(); // one partition at a time
          while (each.hasNext()) {
            out.write(each.next().getString(0));
            out.write('\n');
            written++;
          }
          return written;
        });
  }

  /**
   * Creates the file with its content, under a hidden name until it is complete: a process that is
   * killed meanwhile leaves only that one.
   *
   * @throws UserException when it can't be made, or something of that name is there
   */
  public long write(Content content) {
    requireNew();
    Path hidden = create();
    try {
      long written = fill(hidden, content);
      Files.move(hidden, file);
      return written;
    } catch (FileAlreadyExistsException e) { // since it was begun
      drop(hidden, e);
      throw taken(e);
    } catch (IOException e) {
      drop(hidden, e);
      throw new SystemException("can't write " + file, e);
    } catch (RuntimeException e) {
      drop(hidden, e);
      throw e;
    }
  }

  private static long fill(Path hidden, Content content) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(hidden)) {
      return content.write(out);
    }
  }

  private Path create() {
    Path hidden = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      PrivateFile.create(hidden);
      return hidden;
    } catch (IOException e) {
      throw new UserException("can't write " + file + ": " + e, "name another file.", e);
    }
  }

  private static void drop(Path hidden, Exception cause) {
    try {
      Files.deleteIfExists(hidden);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
