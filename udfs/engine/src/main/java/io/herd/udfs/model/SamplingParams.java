package io.herd.udfs.model;

import io.herd.udfs.grammar.Mask;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.sample.TokenCounts;

/**
 * How the next token of one row is sampled.
 *
 * @param uniform a draw from [0, 1); unused where the temperature is 0
 * @param suppressEnd whether end-of-text tokens are ruled out
 * @param counts of the row's tokens, or null where nothing is penalized
 * @param logprobs number of most likely tokens returned beside the sampled one
 * @param allowed tokens, or null for all
 */
public record SamplingParams(
    Sampling sampling,
    double uniform,
    boolean suppressEnd,
    TokenCounts counts,
    int logprobs,
    Mask allowed) {

  /** Takes the most likely token. */
  public static final SamplingParams GREEDY =
      new SamplingParams(Sampling.GREEDY, 0, false, null, 0);

  /** Samples from all tokens. */
  public SamplingParams(
      Sampling sampling, double uniform, boolean suppressEnd, TokenCounts counts, int logprobs) {
    this(sampling, uniform, suppressEnd, counts, logprobs, null);
  }
}
