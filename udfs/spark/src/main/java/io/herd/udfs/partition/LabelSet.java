package io.herd.udfs.partition;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.results.Result;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.LabelScores;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.Labelling;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A set of choices of one or many rows, as the engine scores it.
 *
 * @param prior log-probabilities of the tokens after the content-free prompt, or null
 */
record LabelSet(
    Labelling how, List<Choice> choices, LabelTokens tokens, RequestGroup group, double[] prior)
    implements RowTask {

  @Override
  public int longestAnswer() {
    return tokens.tailLength();
  }

  @Override
  public OptionalDouble share(List<Completion> completions) {
    double share = tokens.share(completions.get(0).labelLogProbabilities());
    return how.multi() || Double.isNaN(share) ? OptionalDouble.empty() : OptionalDouble.of(share);
  }

  @Override
  public Result result(String key, List<Completion> completions) {
    Completion completion = completions.get(0);
    double[] scores = LabelScores.of(how, tokens, completion.labelLogProbabilities(), prior);
    if (Arrays.stream(scores).anyMatch(Double::isNaN)) {
      return Result.failed(key, "the model gave the labels no probabilities (not a number)");
    }
    Map<String, Double> byLabel = new LinkedHashMap<>();
    for (int i = 0; i < scores.length; i++) {
      byLabel.put(choices.get(i).value(), scores[i]);
    }
    String finish = completion.finish().text();
    if (how.multi()) {
      return Result.scored(key, byLabel, finish);
    }
    int best = LabelScores.best(scores);
    return Result.labelled(key, choices.get(best).value(), scores[best], byLabel, finish);
  }
}
