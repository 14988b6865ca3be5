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
   * Creates the file with its content.
   *
   * @throws UserException when it can't be made, or something of that name is there
   */
  public long write(Content content) {
    create();
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      return content.write(out);
    } catch (IOException e) {
      drop(e);
      throw new SystemException("can't write " + file, e);
    } catch (RuntimeException e) {
      drop(e);
      throw e;
    }
  }

  private void create() {
    try {
      PrivateFile.create(file);
    } catch (FileAlreadyExistsException e) {
      throw taken(e);
    } catch (IOException e) {
      throw new UserException("can't write " + file + ": " + e, "name another file.", e);
    }
  }

  private void drop(Exception cause) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
