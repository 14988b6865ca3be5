package io.herd.udfs.partition;

import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.LabelTokens;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * A prompt that has no result yet, as tasks are given it.
 *
 * @param key of the result
 * @param ids tokens of the prompt
 * @param choices the row's own, or empty when it has none
 * @param labels the tokens to score; null when they are the labels' own, or nothing is labelled
 * @param newTokens the row's own most new tokens, or null when it has the run's
 */
record PendingRow(
    String key, int[] ids, List<Choice> choices, LabelTokens labels, Integer newTokens) {
  /** From the columns {@link SnapshotColumns#WORK}. */
  static PendingRow of(Row row) {
    return of(row, 0, SnapshotColumns.WORK);
  }

  /**
   * From a row with {@link SnapshotColumns#ALL}; empty when it has an error and no prompt.
   *
   * @param at the place of the first of these columns
   */
  static Optional<PendingRow> of(Row row, int at) {
    return row.isNullAt(at + SnapshotColumns.ALL.indexOf(SnapshotColumns.KEY))
        ? Optional.empty()
        : Optional.of(of(row, at, SnapshotColumns.ALL));
  }

  private static PendingRow of(Row row, int at, List<String> columns) {
    int ids = at + columns.indexOf(SnapshotColumns.IDS);
    int choices = at + columns.indexOf(SnapshotColumns.CHOICES);
    return new PendingRow(
        row.getString(at + columns.indexOf(SnapshotColumns.KEY)),
        row.get(ids) instanceof int[] fresh ? fresh : TokenIds.of(row, ids),
        choices(row, choices),
        labels(row, at + columns.indexOf(SnapshotColumns.LABELS)),
        (Integer) row.get(at + columns.indexOf(SnapshotColumns.NEW_TOKENS)));
  }

  private static List<Choice> choices(Row row, int at) {
    if (row.isNullAt(at)) {
      return List.of();
    }
    return RowChoices.stored(row.get(at) instanceof Row[] fresh ? List.of(fresh) : row.getList(at));
  }

  private static LabelTokens labels(Row row, int at) {
    if (row.isNullAt(at)) {
      return null;
    }
    return new LabelTokens(
        row.get(at) instanceof int[][] fresh ? List.of(fresh) : TokenIds.lists(row, at));
  }

  /**
   * A row of the input with this prompt; its arrays are those that Spark's encoder takes.
   *
   * @param number of the row
   * @param cut whether text was left out
   */
  Row toRow(Row input, long number, boolean cut) {
    Row[] stored = choices.isEmpty() ? null : RowChoices.toStore(choices);
    int[][] tokens = labels == null ? null : labels.ids().toArray(int[][]::new);
    return SnapshotColumns.row(input, number, key, ids, null, stored, tokens, cut, newTokens);
  }
}
