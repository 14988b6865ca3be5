package io.herd.udfs.partition;

import io.herd.udfs.engine.LabelTask;
import io.herd.udfs.runtime.Lru;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.text.JointEncoder;
import io.herd.udfs.text.Prompt;
import io.herd.udfs.text.Tokenizer;
import java.util.List;
import java.util.Map;

/** The tokens that labels add to a task's prompts. Used by one thread. */
final class JointLabels {
  /** Limits the cache: rows with choices of their own may all differ. */
  private static final int MOST_KEPT = 1000;

  /** The texts of some choices, and the tokens of each text alone. */
  private record Alone(List<String> texts, LabelTokens tokens) {}

  /**
   * A prompt and the labels to score after it.
   *
   * @param ids the prompt's tokens; fewer than it has by itself where labels change its last ones
   * @param labels null where each label has the tokens that it has by itself: results are then
   *     those of earlier versions, and named as these named them
   */
  record Prepared(int[] ids, LabelTokens labels) {}

  private final LabelTask task;
  private final Tokenizer tokenizer;
  private final JointEncoder encoder;
  private final Map<List<Choice>, Alone> alone = new Lru<>(MOST_KEPT);

  JointLabels(LabelTask task, Tokenizer tokenizer) {
    this.task = task;
    this.tokenizer = tokenizer;
    this.encoder = new JointEncoder(tokenizer);
  }

  /**
   * Prepares a prompt for scoring.
   *
   * @param own the row's own choices; empty where all rows have the run's
   */
  Prepared prepare(Prompt prompt, int[] ids, List<Choice> own) {
    if (task.how().moderation() != null) { // the model goes on behind its template's last token
      return new Prepared(ids, null);
    }
    Alone parts = alone(own);
    return encoder
        .join(prompt, ids, parts.texts())
        .map(joined -> new Prepared(joined.prompt(), new LabelTokens(joined.added())))
        .filter(each -> each.ids().length < ids.length || !each.labels().equals(parts.tokens()))
        .orElseGet(() -> new Prepared(ids, null));
  }

  /** Prepares the content-free prompt; null without calibration. */
  Prepared contentFree(List<Choice> own) {
    return task.calibrated() ? prepare(task.contentFree(), task.contentFreeIds(), own) : null;
  }

  /** Returns the tokens that are scored after a prompt. */
  LabelTokens tokens(Prepared prepared, List<Choice> own) {
    return prepared.labels() == null ? alone(own).tokens() : prepared.labels();
  }

  private Alone alone(List<Choice> own) {
    List<Choice> choices = own.isEmpty() ? task.how().choices() : own;
    return alone.computeIfAbsent(
        choices,
        some -> new Alone(task.how().texts(some), task.how().tokens(some, tokenizer::encodeLabel)));
  }
}
