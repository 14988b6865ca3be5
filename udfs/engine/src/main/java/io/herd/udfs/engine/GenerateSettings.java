package io.herd.udfs.engine;

import io.herd.udfs.grammar.Format;
import io.herd.udfs.sample.Sampling;
import java.io.Serializable;
import java.util.List;

/**
 * How text is generated for every prompt of a run.
 *
 * @param maxNewTokens tokens after which a completion ends with {@code length}
 * @param minNewTokens tokens before which no end-of-text token is chosen, and no stop string looked
 *     for
 * @param ignoreEos true to go on past end-of-text tokens
 * @param stop strings that end a completion; they are not part of it
 * @param seed the run's seed for random draws
 * @param sampling how each token is drawn
 * @param samples completions for each prompt
 * @param logprobs number of most likely tokens reported per generated token; 0 for none
 * @param format what every completion must look like, or null; completions then end where it says
 */
public record GenerateSettings(
    int maxNewTokens,
    int minNewTokens,
    boolean ignoreEos,
    List<String> stop,
    long seed,
    Sampling sampling,
    int samples,
    int logprobs,
    Format format)
    implements Serializable {

  public GenerateSettings {
    stop = List.copyOf(stop);
    if (format != null && (!stop.isEmpty() || ignoreEos || minNewTokens > 0)) {
      throw new IllegalArgumentException("with a format, nothing else says where texts end");
    }
  }

  /** Creates settings without a format. */
  public GenerateSettings(
      int maxNewTokens,
      int minNewTokens,
      boolean ignoreEos,
      List<String> stop,
      long seed,
      Sampling sampling,
      int samples,
      int logprobs) {
    this(maxNewTokens, minNewTokens, ignoreEos, stop, seed, sampling, samples, logprobs, null);
  }

  /**
   * Returns these settings with another limit, which also bounds the minimum number of new tokens.
   */
  public GenerateSettings withMaxNewTokens(int most) {
    return new GenerateSettings(
        most,
        Math.min(minNewTokens, most),
        ignoreEos,
        stop,
        seed,
        sampling,
        samples,
        logprobs,
        format);
  }

  /**
   * Returns settings for trials: one greedy completion that ignores end-of-text tokens.
   *
   * @param tokens of the completion
   */
  public static GenerateSettings trial(int tokens) {
    return new GenerateSettings(tokens, 0, true, List.of(), 0, Sampling.GREEDY, 1, 0);
  }
}
