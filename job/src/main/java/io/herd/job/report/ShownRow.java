package io.herd.job.report;

import static org.apache.spark.sql.functions.col;

import io.herd.job.config.Settings;
import io.herd.job.config.ShownText;
import io.herd.job.output.Answers;
import io.herd.job.output.Outputs;
import io.herd.job.output.Own;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.partition.TokenIds;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A row that the report shows because of {@code run.report-rows}.
 *
 * @param prompt as the model read it; empty without one
 * @param answer of the model, or why the row has none
 * @param right the gold column's, or empty
 */
public record ShownRow(String prompt, String answer, String right) {
  private static final Logger LOG = LoggerFactory.getLogger(ShownRow.class);
  private static final int WIDTH = 4000;

  /**
   * Returns the first rows of the input; none if they can't be read, as they are only for display.
   */
  public static List<ShownRow> first(
      int most, Dataset<Row> snapshot, Dataset<Row> results, Answers answers, ResolvedModel model) {
    try {
      return read(most, snapshot, results, answers, model);
    } catch (Exception e) { // the output is written
      LOG.warn("The report shows no rows", e);
      return List.of();
    }
  }

  /** Reads the results of these rows from the log. */
  private static List<ShownRow> read(
      int most, Dataset<Row> snapshot, Dataset<Row> results, Answers answers, ResolvedModel model) {
    Dataset<Row> few = snapshot.orderBy(SnapshotColumns.ROW).limit(most);
    Object[] keys =
        few.select(SnapshotColumns.KEY).collectAsList().stream()
            .filter(row -> !row.isNullAt(0))
            .map(row -> row.getString(0))
            .toArray();
    Dataset<Row> joined = Outputs.joined(few, results.filter(col("key").isin(keys)));
    return Outputs.withIds(joined.orderBy(SnapshotColumns.ROW), answers).collectAsList().stream()
        .map(row -> of(row, answers.settings(), model))
        .toList();
  }

  private static ShownRow of(Row row, Settings settings, ResolvedModel model) {
    int at = row.fieldIndex(SnapshotColumns.IDS);
    String error = row.getAs(Own.name("error"));
    return new ShownRow(
        row.isNullAt(at) ? "" : shown(model.tokenizer().decode(TokenIds.of(row, at))),
        shown(error == null ? SampleCards.answer(row, settings) : error),
        settings
            .goldColumn()
            .map(gold -> shown(String.valueOf(row.<Object>getAs(gold))))
            .orElse(""));
  }

  private static String shown(String text) {
    return ShownText.of(text.length() <= WIDTH ? text : text.substring(0, WIDTH) + " …");
  }
}
