package io.herd.udfs.model;

import io.herd.udfs.grammar.Mask;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.sample.TokenCounts;

/**
 * How the next token of one row is chosen.
 *
 * @param uniform a draw from [0, 1); unused where the temperature is 0
 * @param suppressEnd whether end-of-text tokens are ruled out
 * @param counts of the row's tokens, or null where nothing is penalized
 * @param logprobs so many of the likeliest tokens are told beside the chosen one; 0 for none
 * @param allowed the tokens to choose from, or null for all
 */
public record TokenChoice(
    Sampling sampling,
    double uniform,
    boolean suppressEnd,
    TokenCounts counts,
    int logprobs,
    Mask allowed) {

  /** The most likely token. */
  public static final TokenChoice GREEDY = new TokenChoice(Sampling.GREEDY, 0, false, null, 0);

  /** Chosen from all tokens. */
  public TokenChoice(
      Sampling sampling, double uniform, boolean suppressEnd, TokenCounts counts, int logprobs) {
    this(sampling, uniform, suppressEnd, counts, logprobs, null);
  }
}
