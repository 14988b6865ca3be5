package io.herd.udfs.partition;

import io.herd.udfs.RowException;
import io.herd.udfs.engine.LabelTask;
import io.herd.udfs.results.ResultKey;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.text.ChatTemplate;
import io.herd.udfs.text.Examples;
import io.herd.udfs.text.PromptEncoder;
import io.herd.udfs.text.PromptRenderer;
import io.herd.udfs.text.PromptSettings;
import io.herd.udfs.text.Tokenizer;
import java.time.ZoneId;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
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
 * @param labels how rows are labelled, if they are
 * @param maxPromptTokens longer prompts fail, or are cut
 * @param maxTokens of a prompt and the labels of all rows together
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
    LabelTask labels,
    int maxPromptTokens,
    int maxTokens,
    int maxNewTokens,
    InputColumns columns,
    String timeZone)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws InterruptedException {
    TaskContext task = TaskContext.get();
    Tokenizer tokenizer = Engines.tokenizer(files);
    PromptEncoder encoder =
        new PromptEncoder(
            settings,
            PromptRenderer.of(settings, template, specialTokens, examples),
            tokenizer,
            maxPromptTokens);
    JointLabels joint = labels.how().on() ? new JointLabels(labels, tokenizer) : null;
    long firstNumber = (long) task.partitionId() << 33; // as Spark's monotonically_increasing_id
    AtomicLong number = new AtomicLong(firstNumber);
    return new Mapped<>(rows, row -> prepare(row, number.getAndIncrement(), encoder, joint));
  }

  private Row prepare(Row row, long number, PromptEncoder encoder, JointLabels joint) {
    try {
      return joint == null
          ? toComplete(row, number, encoder)
          : toLabel(row, number, encoder, joint);
    } catch (RowException e) {
      return SnapshotColumns.failed(row, number, e.getMessage());
    }
  }

  private Row toComplete(Row row, long number, PromptEncoder encoder) {
    PromptEncoder.Encoded prompt = encoder.encode(map(row));
    Integer newTokens = RowNewTokens.of(row, columns.newTokens(), maxNewTokens);
    String key = keys.of(prompt.ids(), name(row, number), newTokens);
    return new PendingRow(key, prompt.ids(), List.of(), null, newTokens)
        .toRow(row, number, prompt.cut());
  }

  private Row toLabel(Row row, long number, PromptEncoder encoder, JointLabels joint) {
    List<Choice> own = RowChoices.of(row, columns.choices());
    PromptEncoder.Encoded prompt = encoder.encode(map(row));
    JointLabels.Prepared ready = joint.prepare(prompt.prompt(), prompt.ids(), own);
    int excess = excess(ready, own);
    if (excess > 0) {
      prompt = encoder.encode(map(row), maxPromptTokens - (prompt.ids().length - excess));
      ready = joint.prepare(prompt.prompt(), prompt.ids(), own);
      requireRoom(excess(ready, own));
    }
    JointLabels.Prepared prior = joint.contentFree(own);
    String key = keys.of(ready.ids(), own, ready.labels(), prior == null ? null : prior.labels());
    return new PendingRow(key, ready.ids(), own, ready.labels(), null)
        .toRow(row, number, prompt.cut());
  }

  /** Tokens by which labels need more room after this prompt than they would by themselves. */
  private int excess(JointLabels.Prepared ready, List<Choice> own) {
    boolean counted = own.isEmpty() && ready.labels() != null; // the engine fails rows' own
    return counted ? ready.ids().length + ready.labels().tailLength() - maxTokens : 0;
  }

  private void requireRoom(int excess) {
    if (excess > 0) {
      throw new RowException(
          "the prompt is too long: with its labels it has "
              + (maxTokens + excess)
              + " tokens, more than the "
              + maxTokens
              + " tokens that a row may have");
    }
  }

  private Map<String, Object> map(Row row) {
    return RowMap.of(row, columns.names(), ZoneId.of(timeZone));
  }

  private String name(Row row, long number) {
    Object id = columns.id() == null ? null : row.get(columns.names().indexOf(columns.id()));
    return id == null ? Long.toString(number) : id.toString();
  }
}
