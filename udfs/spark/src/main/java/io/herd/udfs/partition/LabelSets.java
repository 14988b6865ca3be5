package io.herd.udfs.partition;

import io.herd.udfs.RowException;
import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.LabelTask;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.partition.JointLabels.Prepared;
import io.herd.udfs.runtime.Lru;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.text.Tokenizer;
import java.util.List;
import java.util.Map;

/**
 * The sets of choices of a task's rows, each tokenized and, with calibration, scored once after the
 * content-free prompt.
 */
final class LabelSets implements RowTask.Finder {
  /** Limits the cache: rows with choices of their own may all differ. */
  private static final int MOST_KEPT = 1000;

  private record Key(List<Choice> choices, LabelTokens tokens) {}

  private final LabelTask task;
  private final GenerateSettings settings;
  private final int[] prefix;
  private final EngineLease engine;
  private final JointLabels joint;
  private final Map<Key, LabelSet> made = new Lru<>(MOST_KEPT);
  private final Map<List<Choice>, double[]> priors = new Lru<>(MOST_KEPT);

  LabelSets(
      LabelTask task,
      GenerateSettings settings,
      int[] prefix,
      Tokenizer tokenizer,
      EngineLease engine) {
    this.task = task;
    this.settings = settings;
    this.prefix = prefix;
    this.engine = engine;
    this.joint = new JointLabels(task, tokenizer);
  }

  @Override
  public LabelSet find(PendingRow row) throws InterruptedException {
    List<Choice> own = task.how().column() == null ? List.of() : row.choices();
    Key key = new Key(own, row.labels());
    LabelSet set = made.get(key);
    if (set == null) {
      set = make(row, own);
      made.put(key, set);
    }
    return set;
  }

  private LabelSet make(PendingRow row, List<Choice> own) throws InterruptedException {
    LabelTokens tokens = joint.tokens(new Prepared(row.ids(), row.labels()), own);
    RequestGroup group = RequestGroup.labelling(settings, prefix, tokens);
    List<Choice> choices = own.isEmpty() ? task.how().choices() : own;
    return new LabelSet(task.how(), choices, tokens, group, prior(own));
  }

  private double[] prior(List<Choice> own) throws InterruptedException {
    double[] prior = priors.get(own);
    if (prior == null && task.calibrated()) {
      prior = scored(joint.contentFree(own), own);
      priors.put(own, prior);
    }
    return prior;
  }

  /**
   * Scores without the rows' shared prefix, because the content-free prompt needn't begin with it.
   */
  private double[] scored(Prepared prompt, List<Choice> own) throws InterruptedException {
    LabelTokens tokens = joint.tokens(prompt, own);
    int needed = prompt.ids().length + tokens.tailLength();
    if (needed > engine.maxTokens()) {
      throw new RowException(
          "the content-free prompt and the labels need "
              + needed
              + " tokens, the engine holds "
              + engine.maxTokens());
    }
    RequestGroup group = RequestGroup.labelling(settings, new int[0], tokens);
    return engine.complete(prompt.ids(), group).labelLogProbabilities();
  }
}
