package io.herd.udfs.partition;

import io.herd.udfs.RowException;
import io.herd.udfs.results.ResultKey;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.text.ChatTemplate;
import io.herd.udfs.text.Examples;
import io.herd.udfs.text.PromptEncoder;
import io.herd.udfs.text.PromptRenderer;
import io.herd.udfs.text.PromptSettings;
import java.time.ZoneId;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * Gives every row its number, its rendered and tokenized prompt and its result's key, or the reason
 * why it can't have one. Rows in = rows out.
 *
 * @param files how an executor comes by the model's tokenizer
 * @param template the model's chat template, or null
 * @param examples that every prompt begins with
 * @param specialTokens the model's
 * @param maxPromptTokens longer prompts fail, or are cut
 * @param maxNewTokens most new tokens that a row may ask for
 * @param columns the input's
 * @param timeZone the session's, in which templates see timestamps
 */
public record PromptFunction(
    PromptSettings settings,
    ExecutorFiles files,
    ChatTemplate template,
    Examples examples,
    List<String> specialTokens,
    ResultKey keys,
    int maxPromptTokens,
    int maxNewTokens,
    InputColumns columns,
    String timeZone)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws InterruptedException {
    TaskContext task = TaskContext.get();
    PromptEncoder encoder =
        new PromptEncoder(
            settings,
            PromptRenderer.of(settings, template, specialTokens, examples),
            Engines.tokenizer(files),
            maxPromptTokens);
    long firstNumber = (long) task.partitionId() << 33; // as Spark's monotonically_increasing_id
    AtomicLong number = new AtomicLong(firstNumber);
    return new Mapped<>(rows, row -> prepare(row, number.getAndIncrement(), encoder));
  }

  private Row prepare(Row row, long number, PromptEncoder encoder) {
    try {
      PromptEncoder.Encoded prompt =
          encoder.encode(RowMap.of(row, columns.names(), ZoneId.of(timeZone)));
      int[] ids = prompt.ids();
      List<Choice> choices = RowChoices.of(row, columns.choices());
      Integer newTokens = RowNewTokens.of(row, columns.newTokens(), maxNewTokens);
      String key = keys.of(ids, name(row, number), choices, newTokens);
      return new PendingRow(key, ids, choices, newTokens).toRow(row, number, prompt.cut());
    } catch (RowException e) {
      return SnapshotColumns.failed(row, number, e.getMessage());
    }
  }

  private String name(Row row, long number) {
    Object id = columns.id() == null ? null : row.get(columns.names().indexOf(columns.id()));
    return id == null ? Long.toString(number) : id.toString();
  }
}
