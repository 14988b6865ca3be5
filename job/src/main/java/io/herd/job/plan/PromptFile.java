package io.herd.job.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.herd.job.config.Settings;
import io.herd.udfs.Quoted;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.files.PrivateFile;
import io.herd.udfs.partition.SnapshotColumns;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A file on this machine that prompts are written into as JSON lines, in the order of the rows:
 * {@code id}, {@code prompt} and {@code ids}; or {@code id} and {@code error} of a row that has no
 * prompt. Only its owner can read it, and nothing is overwritten.
 *
 * @param settings tell the column with the rows' ids; without one they have their numbers
 */
public record PromptFile(Path file, Settings settings) {

  /**
   * Refuses what can't be written, before anything is computed.
   *
   * @throws UserException when something is there already, or the folder isn't
   */
  public void check() {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw taken(null);
    }
    Path folder = file.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new UserException(
          "there is no folder " + folder + " for the prompts.", "make it, or name another file.");
    }
  }

  private UserException taken(Throwable cause) {
    return new UserException(
        file + " is there already, and prompts overwrite nothing.",
        "name another file with --prompts, or remove that one.",
        cause);
  }

  /**
   * Writes the first prompts.
   *
   * @param rows see {@link io.herd.job.input.RenderedPrompts}
   * @return what was written, for the eye
   */
  public String write(Dataset<Row> rows, int most) {
    Dataset<Row> lines = rows.orderBy(SnapshotColumns.ROW).limit(most).select(to_json(line()));
    try {
      PrivateFile.create(file);
    } catch (FileAlreadyExistsException e) {
      throw taken(e);
    } catch (IOException e) {
      throw new SystemException("can't write " + file, e);
    }
    try {
      return String.format(Locale.ROOT, "%,d prompts into %s", write(lines), file);
    } catch (IOException | RuntimeException e) {
      drop(e);
      throw e instanceof RuntimeException known
          ? known
          : new SystemException("can't write " + file, e);
    }
  }

  /** A file that isn't whole would pass for one. */
  private void drop(Exception cause) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Spark leaves out what is null. */
  private Column line() {
    Column id =
        settings
            .input()
            .idColumn()
            .map(name -> col(Quoted.name(name)))
            .orElseGet(() -> col(SnapshotColumns.ROW));
    return struct(
        id.as("id"),
        col(SnapshotColumns.TEXT).as("prompt"),
        col(SnapshotColumns.IDS).as("ids"),
        col(SnapshotColumns.ERROR).as("error"));
  }

  private long write(Dataset<Row> lines) throws IOException {
    long written = 0;
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      Iterator<Row> each = lines.toLocalIterator(); // one partition at a time
      while (each.hasNext()) {
        out.write(each.next().getString(0));
        out.write('\n');
        written++;
      }
    }
    return written;
  }
}
