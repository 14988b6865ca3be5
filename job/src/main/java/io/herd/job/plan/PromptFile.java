package io.herd.job.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.herd.job.config.Settings;
import io.herd.job.output.LocalLines;
import io.herd.udfs.Quoted;
import io.herd.udfs.UserException;
import io.herd.udfs.partition.SnapshotColumns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A file on this machine with prompts as JSON lines, in the order of the rows: {@code id}, {@code
 * prompt} and {@code ids}; or {@code id} and {@code error} for a row without a prompt. Only its
 * owner can read it, and nothing is overwritten.
 *
 * @param settings tell the column with the rows' ids; without one they have their numbers
 */
public record PromptFile(Path file, Settings settings) {

  /**
   * Refuses a file that can't be written, before anything is computed.
   *
   * @throws UserException when something is there already, or the folder isn't
   */
  public void check() {
    lines().requireNew();
    Path folder = file.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new UserException(
          "there is no folder " + folder + " for the prompts.", "make it, or name another file.");
    }
  }

  private LocalLines lines() {
    return new LocalLines(
        file,
        "prompts overwrite nothing.",
        "name another file with --prompts, or remove that one.");
  }

  /**
   * Writes the first prompts.
   *
   * @param rows see {@link io.herd.job.input.RenderedPrompts}
   * @return a description of what was written, for people
   */
  public String write(Dataset<Row> rows, int most) {
    Dataset<Row> first = rows.orderBy(SnapshotColumns.ROW).limit(most).select(to_json(line()));
    return String.format(Locale.ROOT, "%,d prompts into %s", lines().write(first), file);
  }

  /** Omits null fields, as Spark does. */
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
}
