package io.herd.udfs.partition;

import io.herd.udfs.RowException;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.grammar.Grammar;
import io.herd.udfs.text.Tokenizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The requests of a task's rows, which differ only in their token limits. */
final class GenerationTasks implements RowTask.Finder {
  private final GenerateSettings settings;
  private final int[] prefix;
  private final Tokenizer tokenizer;
  private final Grammar grammar;
  private final Map<Integer, GenerationTask> made = new HashMap<>();

  /**
   * Creates the row tasks of a Spark task.
   *
   * @param grammar the settings' format over the tokenizer's vocabulary; null where they have none
   */
  GenerationTasks(GenerateSettings settings, int[] prefix, Tokenizer tokenizer, Grammar grammar) {
    this.settings = settings;
    this.prefix = prefix.clone();
    this.tokenizer = tokenizer;
    this.grammar = grammar;
  }

  @Override
  public GenerationTask find(PendingRow row) {
    int most = row.newTokens() == null ? settings.maxNewTokens() : row.newTokens();
    if (grammar != null && grammar.leastTokens() > most) {
      throw new RowException(
          String.format(
              Locale.ROOT,
              "the shortest text of the format has %d tokens, and the row may have %d",
              grammar.leastTokens(),
              most));
    }
    return made.computeIfAbsent(
        most, n -> GenerationTask.of(settings.withMaxNewTokens(n), prefix, tokenizer, grammar));
  }
}
