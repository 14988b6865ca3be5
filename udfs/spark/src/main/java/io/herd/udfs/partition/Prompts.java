package io.herd.udfs.partition;

import io.herd.udfs.RowException;
import io.herd.udfs.runtime.Lru;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.text.Prompt;
import io.herd.udfs.text.PromptEncoder;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;

/**
 * Renders the prompts of a task's rows and computes the keys of their results. Used by one thread.
 */
public final class Prompts {
  private static final int MOST_SCHEMAS = 256;

  private final PromptFunction how;
  private final InputColumns columns;
  private final PromptEncoder encoder;
  private final JointLabels joint; // null where nothing is labelled
  private long next;
  private final Set<String> checked = Collections.newSetFromMap(new Lru<>(MOST_SCHEMAS));

  Prompts(PromptFunction how, PromptEncoder encoder, JointLabels joint) {
    this.how = how;
    this.columns = how.columns();
    this.encoder = encoder;
    this.joint = joint;
    TaskContext task = TaskContext.get(); // null on the driver, which folds small inputs
    this.next = task == null ? 0 : (long) task.partitionId() << 33;
  }

  /**
   * Returns the values of {@link SnapshotColumns#ALL}: the row's number, its rendered and tokenized
   * prompt and its result's key, or the reason why it has no prompt.
   *
   * @param row what {@link InputColumns} says
   */
  public Row of(Row row) {
    return prepared(row).values();
  }

  /** Returns a row's values and its prompt's text, which is null for a row without a prompt. */
  Row withText(Row row) {
    Prepared prepared = prepared(row);
    return SnapshotColumns.with(
        prepared.values(), prepared.prompt() == null ? null : prepared.prompt().text());
  }

  /** A row's values, and its prompt or null. */
  private record Prepared(Row values, Prompt prompt) {}

  private Prepared prepared(Row row) {
    Long given = columns.number(row);
    long number = given == null ? next++ : given;
    try {
      return joint == null ? toComplete(row, number) : toLabel(row, number);
    } catch (RowException e) {
      return new Prepared(SnapshotColumns.failed(number, e.getMessage()), null);
    }
  }

  private Map<String, Object> values(Row row) {
    Map<String, Object> values = RowMap.of(row, columns.names());
    if (how.failsEmpty() && EmptyTexts.are(texts(values))) {
      throw new RowException("every text that the prompt may read is empty");
    }
    return values;
  }

  /** Returns the values except the row's settings, which don't count as text. */
  private Collection<Object> texts(Map<String, Object> values) {
    Map<String, Object> texts = new HashMap<>(values);
    texts.remove(columns.settings());
    return texts.values();
  }

  private Prepared toComplete(Row row, long number) {
    RowSettings asked = RowSettings.of(row, columns.settings()); // which may say why it has none
    PromptEncoder.Encoded prompt = encoder.encode(values(row));
    String name = columns.name(row) == null ? Long.toString(number) : columns.name(row);
    Integer newTokens = newTokens(row, asked);
    RowSettings own = asked == null ? null : asked.beside(how.generate());
    checkSchema(own);
    String text = own == null ? null : own.text();
    String key =
        own == null
            ? how.keys().of(prompt.ids(), name, newTokens)
            : how.keys().of(prompt.ids(), newTokens, text, drawn(own, name));
    PendingRow pending = new PendingRow(key, prompt.ids(), List.of(), null, newTokens, text);
    return new Prepared(pending.toRow(number, prompt.cut()), prompt.prompt());
  }

  private Integer newTokens(Row row, RowSettings asked) {
    int most = how.generate().maxNewTokens();
    return asked == null || asked.maxTokens() == null
        ? RowNewTokens.of(row, columns.newTokens(), most)
        : RowNewTokens.of(asked.maxTokens(), "the request's `max_tokens`", most);
  }

  /** Checks each schema once: most requests of a file share a few. */
  private void checkSchema(RowSettings own) {
    if (own != null && own.schema() != null && !checked.contains(own.schema())) {
      own.check();
      checked.add(own.schema());
    }
  }

  private String drawn(RowSettings own, String name) {
    return own.drawn(own.in(how.generate()), name);
  }

  private Prepared toLabel(Row row, long number) {
    Map<String, Object> values = values(row);
    List<Choice> own = RowChoices.of(row, columns.choices());
    PromptEncoder.Encoded prompt = encoder.encode(values);
    JointLabels.Prepared ready = joint.prepare(prompt.prompt(), prompt.ids(), own);
    int excess = excess(ready, own);
    if (excess > 0) {
      prompt = encoder.encode(values, how.maxPromptTokens() - (prompt.ids().length - excess));
      ready = joint.prepare(prompt.prompt(), prompt.ids(), own);
      requireRoom(excess(ready, own));
    }
    JointLabels.Prepared prior = joint.contentFree(own);
    String key =
        how.keys().of(ready.ids(), own, ready.labels(), prior == null ? null : prior.labels());
    PendingRow pending = new PendingRow(key, ready.ids(), own, ready.labels(), null);
    return new Prepared(pending.toRow(number, prompt.cut()), prompt.prompt());
  }

  /**
   * Returns the additional tokens that labels need after this prompt, compared with the labels
   * alone.
   */
  private int excess(JointLabels.Prepared ready, List<Choice> own) {
    boolean counted = own.isEmpty() && ready.labels() != null; // the engine fails rows' own
    return counted ? ready.ids().length + ready.labels().tailLength() - how.maxTokens() : 0;
  }

  private void requireRoom(int excess) {
    if (excess > 0) {
      throw new RowException(
          "the prompt is too long: with its labels it has "
              + (how.maxTokens() + excess)
              + " tokens, more than the "
              + how.maxTokens()
              + " tokens that a row may have");
    }
  }
}
