package io.herd.udfs.engine;

import java.io.Serializable;
import java.util.List;

/**
 * What is generated for every prompt of a run.
 *
 * @param maxNewTokens tokens after which a completion ends with {@code length}
 * @param minNewTokens tokens before which no end-of-text token is chosen
 * @param ignoreEos true to go on past end-of-text tokens
 * @param stop strings that end a completion; they are not part of it
 * @param seed the run's seed for random draws
 * @param temperature 0 for greedy decoding, else the divisor of the logits
 * @param choices labels to score instead of generating, exactly as they are tokenized; empty to
 *     generate
 */
public record GenerateSettings(
    int maxNewTokens,
    int minNewTokens,
    boolean ignoreEos,
    List<String> stop,
    long seed,
    double temperature,
    List<String> choices)
    implements Serializable {

  public GenerateSettings {
    stop = List.copyOf(stop);
    choices = List.copyOf(choices);
  }

  /** True when labels are scored and nothing is generated. */
  public boolean labels() {
    return !choices.isEmpty();
  }
}
