package io.herd.udfs.partition;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Work;
import io.herd.udfs.results.Result;
import io.herd.udfs.sample.LabelScores;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.text.CompletionText;
import io.herd.udfs.text.Tokenizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a task asks of the engine, and how it reads the answers. */
record TaskWork(GenerateSettings settings, Work engineWork) {

  static TaskWork of(GenerateSettings settings, List<Integer> prefix, Tokenizer tokenizer) {
    int[] shared = prefix.stream().mapToInt(Integer::intValue).toArray();
    if (settings.labels()) {
      List<int[]> ids = settings.choices().stream().map(tokenizer::encodeLabel).toList();
      return new TaskWork(settings, Work.labelling(settings, shared, new LabelTokens(ids)));
    }
    return new TaskWork(
        settings,
        Work.generation(
            settings, shared, () -> new CompletionText(tokenizer::decode, settings.stop())));
  }

  /** Tokens that an answer may have beside its prompt. */
  int longestAnswer() {
    return settings.labels() ? engineWork.labelTokens() : settings.maxNewTokens();
  }

  Result result(String key, Completion completion) {
    String finish = completion.finish().text();
    if (!settings.labels()) {
      return Result.completed(key, completion.text().text(), finish, completion.tokens());
    }
    double[] scores = LabelScores.softmax(completion.labelLogProbabilities());
    if (Double.isNaN(scores[0])) {
      return Result.failed(key, "the model gave the labels no probabilities (not a number)");
    }
    Map<String, Double> byLabel = new LinkedHashMap<>();
    for (int i = 0; i < scores.length; i++) {
      byLabel.put(settings.choices().get(i).trim(), scores[i]);
    }
    int best = LabelScores.best(scores);
    return Result.labelled(key, settings.choices().get(best).trim(), scores[best], byLabel, finish);
  }
}
