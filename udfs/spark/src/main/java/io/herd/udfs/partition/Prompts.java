package io.herd.udfs.partition;

import io.herd.udfs.RowException;
import io.herd.udfs.results.ResultKey;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.text.PromptEncoder;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;

/** Gives the rows of a task their prompts and their results' keys. Used by one thread. */
public final class Prompts {
  private final InputColumns columns;
  private final ResultKey keys;
  private final int maxNewTokens;
  private final PromptEncoder encoder;
  private long next;

  Prompts(InputColumns columns, ResultKey keys, int maxNewTokens, PromptEncoder encoder) {
    this.columns = columns;
    this.keys = keys;
    this.maxNewTokens = maxNewTokens;
    this.encoder = encoder;
    TaskContext task = TaskContext.get(); // null on the driver, which folds small inputs
    this.next = task == null ? 0 : (long) task.partitionId() << 33;
  }

  /**
   * The values of {@link SnapshotColumns#ALL}: the row's number, its rendered and tokenized prompt
   * and its result's key, or the reason why it can't have one.
   *
   * @param row what {@link InputColumns} says
   */
  public Row of(Row row) {
    Long given = columns.number(row);
    long number = given == null ? next++ : given;
    try {
      PromptEncoder.Encoded prompt = encoder.encode(RowMap.of(row, columns.names()));
      int[] ids = prompt.ids();
      List<Choice> choices = RowChoices.of(row, columns.choices());
      Integer newTokens = RowNewTokens.of(row, columns.newTokens(), maxNewTokens);
      String name = columns.name(row);
      String key = keys.of(ids, name == null ? Long.toString(number) : name, choices, newTokens);
      return new PendingRow(key, ids, choices, newTokens).toRow(number, prompt.cut());
    } catch (RowException e) {
      return SnapshotColumns.failed(number, e.getMessage());
    }
  }
}
