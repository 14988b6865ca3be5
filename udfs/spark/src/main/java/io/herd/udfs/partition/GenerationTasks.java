package io.herd.udfs.partition;

import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.grammar.Grammar;
import io.herd.udfs.runtime.Lru;
import io.herd.udfs.text.Tokenizer;
import java.util.Locale;
import java.util.Map;

/** What a task's rows ask: the same, but for what they ask for themselves. */
final class GenerationTasks implements RowTask.Finder {
  private static final int MOST_KEPT = 256;

  /** What rows may have of their own; null for the run's. */
  private record Own(Integer newTokens, String settings) {}

  private final GenerateSettings settings;
  private final int[] prefix;
  private final Tokenizer tokenizer;
  private final Verdicts.Compiler compiler;
  private final Map<Own, GenerationTask> made = new Lru<>(MOST_KEPT);

  /**
   * Creates the row tasks of a Spark task.
   *
   * @param compiler of formats over the tokenizer's vocabulary
   */
  GenerationTasks(
      GenerateSettings settings, int[] prefix, Tokenizer tokenizer, Verdicts.Compiler compiler) {
    this.settings = settings;
    this.prefix = prefix.clone();
    this.tokenizer = tokenizer;
    this.compiler = compiler;
  }

  @Override
  public GenerationTask find(PendingRow row) throws InterruptedException {
    Own own = new Own(row.newTokens(), row.settings());
    GenerationTask task = made.get(own);
    if (task == null) {
      task = make(own);
      made.put(own, task);
    }
    return task;
  }

  private GenerationTask make(Own own) throws InterruptedException {
    GenerateSettings all =
        own.settings() == null ? settings : RowSettings.of(own.settings()).in(settings);
    int most = own.newTokens() == null ? settings.maxNewTokens() : own.newTokens();
    Grammar grammar = all.format() == null ? null : grammar(all, own);
    if (grammar != null && grammar.leastTokens() > most) {
      throw new RowException(
          String.format(
              Locale.ROOT,
              "the shortest text of the format has %d tokens, and the row may have %d",
              grammar.leastTokens(),
              most));
    }
    return GenerationTask.of(all.withMaxNewTokens(most), prefix, tokenizer, grammar);
  }

  private Grammar grammar(GenerateSettings all, Own own) throws InterruptedException {
    try {
      return compiler.compile(all.format());
    } catch (UserException e) {
      if (own.settings() == null) {
        throw e;
      }
      throw new RowException("response_format can't be kept to: " + e.getMessage());
    }
  }
}
