package io.herd.udfs.partition;

import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.LabelTokens;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * A prompt without a result, as tasks receive it.
 *
 * @param key of the result
 * @param ids tokens of the prompt
 * @param choices the row's own, or empty when it has none
 * @param labels the tokens to score; null when they are the labels' own, or nothing is labelled
 * @param newTokens the row's own most new tokens, or null when it has the run's
 * @param settings the text of the row's own {@link RowSettings}, or null when it has the run's
 */
record PendingRow(
    String key,
    int[] ids,
    List<Choice> choices,
    LabelTokens labels,
    Integer newTokens,
    String settings) {
  /** With the run's settings. */
  PendingRow(String key, int[] ids, List<Choice> choices, LabelTokens labels, Integer newTokens) {
    this(key, ids, choices, labels, newTokens, null);
  }

  /** From the columns {@link SnapshotColumns#WORK}. */
  static PendingRow of(Row row) {
    return of(row, SnapshotColumns.WORK);
  }

  /** Reads the values of {@link SnapshotColumns#ALL}; empty for an error instead of a prompt. */
  static Optional<PendingRow> ofAll(Row row) {
    return row.isNullAt(SnapshotColumns.ALL.indexOf(SnapshotColumns.KEY))
        ? Optional.empty()
        : Optional.of(of(row, SnapshotColumns.ALL));
  }

  private static PendingRow of(Row row, List<String> columns) {
    int ids = columns.indexOf(SnapshotColumns.IDS);
    int choices = columns.indexOf(SnapshotColumns.CHOICES);
    return new PendingRow(
        row.getString(columns.indexOf(SnapshotColumns.KEY)),
        row.get(ids) instanceof int[] fresh ? fresh : TokenIds.of(row, ids),
        choices(row, choices),
        labels(row, columns.indexOf(SnapshotColumns.LABELS)),
        (Integer) row.get(columns.indexOf(SnapshotColumns.NEW_TOKENS)),
        row.getString(columns.indexOf(SnapshotColumns.SETTINGS)));
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
   * Returns the values of {@link SnapshotColumns#ALL}, with arrays in the form that Spark's
   * converters accept.
   *
   * @param number of the row
   * @param cut whether text was left out
   */
  Row toRow(long number, boolean cut) {
    Row[] stored = choices.isEmpty() ? null : RowChoices.toStore(choices);
    int[][] tokens = labels == null ? null : labels.ids().toArray(int[][]::new);
    return RowFactory.create(number, key, ids, null, stored, tokens, cut, newTokens, settings);
  }
}
