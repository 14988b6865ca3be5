package io.herd.udfs.partition;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Work;
import io.herd.udfs.results.Result;
import io.herd.udfs.results.SampleLine;
import io.herd.udfs.results.TokenLine;
import io.herd.udfs.sample.LabelScores;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.TokenScores;
import io.herd.udfs.text.CompletionText;
import io.herd.udfs.text.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** What a task asks of the engine, and how it reads the answers. */
record TaskWork(GenerateSettings settings, Work engineWork, IntFunction<String> tokenText) {

  static TaskWork of(GenerateSettings settings, List<Integer> prefix, Tokenizer tokenizer) {
    int[] shared = prefix.stream().mapToInt(Integer::intValue).toArray();
    if (settings.labels()) {
      List<int[]> ids = settings.choices().stream().map(tokenizer::encodeLabel).toList();
      return new TaskWork(
          settings, Work.labelling(settings, shared, new LabelTokens(ids)), id -> "");
    }
    return new TaskWork(
        settings,
        Work.generation(
            settings, shared, () -> new CompletionText(tokenizer::decode, settings.stop())),
        id -> tokenizer.decode(new int[] {id}));
  }

  /** Tokens that an answer may have beside its prompt. */
  int longestAnswer() {
    return settings.labels() ? engineWork.labelTokens() : settings.maxNewTokens();
  }

  /** How often a prompt is to be asked. */
  int samples() {
    return settings.labels() ? 1 : settings.samples();
  }

  /**
   * What came of a prompt.
   *
   * @param completions one for each sample
   */
  Result result(String key, List<Completion> completions) {
    return settings.labels()
        ? label(key, completions.get(0))
        : Result.completed(key, completions.stream().map(this::sample).toList());
  }

  private SampleLine sample(Completion completion) {
    List<TokenLine> tokens = completion.scores().stream().map(this::token).toList();
    return new SampleLine(
        completion.text().text(),
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

  private Result label(String key, Completion completion) {
    double[] scores = LabelScores.softmax(completion.labelLogProbabilities());
    if (Double.isNaN(scores[0])) {
      return Result.failed(key, "the model gave the labels no probabilities (not a number)");
    }
    Map<String, Double> byLabel = new LinkedHashMap<>();
    for (int i = 0; i < scores.length; i++) {
      byLabel.put(settings.choices().get(i).trim(), scores[i]);
    }
    int best = LabelScores.best(scores);
    String finish = completion.finish().text();
    return Result.labelled(key, settings.choices().get(best).trim(), scores[best], byLabel, finish);
  }
}
