package io.herd.udfs.partition;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.grammar.Grammar;
import io.herd.udfs.results.Result;
import io.herd.udfs.results.SampleLine;
import io.herd.udfs.results.TokenLine;
import io.herd.udfs.sample.TokenScores;
import io.herd.udfs.text.CompletionText;
import io.herd.udfs.text.StopStrings;
import io.herd.udfs.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Generates text for all rows of a task in the same way. */
record GenerationTask(GenerateSettings settings, RequestGroup group, IntFunction<String> tokenText)
    implements RowTask {

  /**
   * Creates the row task of a Spark task.
   *
   * @param grammar the settings' format over the tokenizer's vocabulary; null where they have none
   */
  static GenerationTask of(
      GenerateSettings settings, int[] prefix, Tokenizer tokenizer, Grammar grammar) {
    StopStrings stop = StopStrings.of(tokenizer, settings.stop());
    RequestGroup group =
        RequestGroup.generation(
            settings, prefix, () -> new CompletionText(stop, settings.minNewTokens()), grammar);
    return new GenerationTask(
        settings,
        group.endingAt(tokenizer.specialIds(settings.stop())),
        id -> tokenizer.decode(new int[] {id}));
  }

  @Override
  public int longestAnswer() {
    return settings.maxNewTokens();
  }

  @Override
  public int samples() {
    return settings.samples();
  }

  @Override
  public Result result(String key, List<Completion> completions) {
    return Result.completed(key, completions.stream().map(this::sample).toList());
  }

  private SampleLine sample(Completion completion) {
    List<TokenLine> tokens = completion.scores().stream().map(this::token).toList();
    return new SampleLine(
        completion.text().get(),
        completion.finish().text(),
        completion.tokens(),
        settings.logprobs() > 0 ? tokens : null);
  }

  private TokenLine token(TokenScores scores) {
    List<TokenLine.Alternative> alternatives = new ArrayList<>();
    for (int i = 0; i < settings.logprobs(); i++) {
      int id = scores.ids()[i];
      alternatives.add(
          new TokenLine.Alternative(tokenText.apply(id), id, scores.logProbabilities()[i]));
    }
    return new TokenLine(
        tokenText.apply(scores.id()), scores.id(), scores.logProbability(), alternatives);
  }
}
