package io.herd.udfs.partition;

import io.herd.udfs.RowException;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.runtime.EngineLease;
import io.herd.udfs.runtime.Lru;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.LabelTask;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.text.Tokenizer;
import java.util.List;
import java.util.Map;

/**
 * The choices that a task's rows have, each set tokenized and, with calibration, scored once after
 * the content-free prompt.
 */
final class LabelSets implements RowTask.Finder {
  /** Rows with choices of their own may all differ. */
  private static final int MOST_KEPT = 1000;

  private final LabelTask task;
  private final GenerateSettings settings;
  private final int[] prefix;
  private final Tokenizer tokenizer;
  private final EngineLease engine;
  private final Map<List<Choice>, LabelSet> made = new Lru<>(MOST_KEPT);

  LabelSets(
      LabelTask task,
      GenerateSettings settings,
      int[] prefix,
      Tokenizer tokenizer,
      EngineLease engine) {
    this.task = task;
    this.settings = settings;
    this.prefix = prefix;
    this.tokenizer = tokenizer;
    this.engine = engine;
  }

  @Override
  public LabelSet find(PendingRow row) throws InterruptedException {
    List<Choice> choices = task.how().column() == null ? task.how().choices() : row.choices();
    LabelSet set = made.get(choices);
    if (set == null) {
      set = make(choices);
      made.put(choices, set);
    }
    return set;
  }

  private LabelSet make(List<Choice> choices) throws InterruptedException {
    LabelTokens tokens = task.how().tokens(choices, tokenizer::encodeLabel);
    RequestGroup group = RequestGroup.labelling(settings, prefix, tokens);
    return new LabelSet(task.how(), choices, tokens, group, prior(tokens));
  }

  /** The content-free prompt need not begin as the rows do, so it doesn't use their prefix. */
  private double[] prior(LabelTokens tokens) throws InterruptedException {
    int[] ids = task.contentFree();
    if (ids.length == 0) {
      return null;
    }
    int needed = ids.length + tokens.tailLength();
    if (needed > engine.maxTokens()) {
      throw new RowException(
          "the content-free prompt and the labels need "
              + needed
              + " tokens, the engine holds "
              + engine.maxTokens());
    }
    RequestGroup group = RequestGroup.labelling(settings, new int[0], tokens);
    return engine.complete(ids, group).labelLogProbabilities();
  }
}
