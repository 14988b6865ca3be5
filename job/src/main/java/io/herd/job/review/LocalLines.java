package io.herd.job.review;

import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.files.PrivateFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Iterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** New files of this machine with rows, which only their owner can read. */
public final class LocalLines {
  private LocalLines() {}

  /**
   * Looks before anything is computed.
   *
   * @throws UserException when something of that name is there
   */
  public static void requireNew(Path file) {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw taken(file, null);
    }
  }

  /**
   * Makes an empty file.
   *
   * @throws UserException when it can't be made, or something of that name is there
   */
  static void create(Path file) {
    try {
      PrivateFile.create(file);
    } catch (FileAlreadyExistsException e) {
      throw taken(file, e);
    } catch (IOException e) {
      throw new UserException("can't write " + file + ": " + e, "name another file.", e);
    }
  }

  private static UserException taken(Path file, Throwable cause) {
    return new UserException(
        file + " is there already, and nothing is overwritten", "name another file.", cause);
  }

  /**
   * Writes rows of one text each as lines.
   *
   * @return their number
   */
  public static long write(Path file, Dataset<Row> lines) {
    create(file);
    long written = 0;
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      Iterator<Row> each = lines.toLocalIterator(); // one partition at a time
      while (each.hasNext()) {
        out.write(each.next().getString(0));
        out.write('\n');
        written++;
      }
    } catch (IOException e) {
      throw new SystemException("can't write " + file, e);
    }
    return written;
  }
}
