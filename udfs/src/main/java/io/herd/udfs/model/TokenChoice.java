package io.herd.udfs.model;

import io.herd.udfs.sample.Sampling;
import io.herd.udfs.sample.TokenCounts;

/**
 * How the next token of one row is chosen.
 *
 * @param uniform a draw from [0, 1); unused where the temperature is 0
 * @param suppressEnd whether end-of-text tokens are ruled out
 * @param counts of the row's tokens, or null where nothing is penalized
 * @param logprobs so many of the likeliest tokens are told beside the chosen one; 0 for none
 */
public record TokenChoice(
    Sampling sampling, double uniform, boolean suppressEnd, TokenCounts counts, int logprobs) {

  /** The most likely token. */
  public static final TokenChoice GREEDY = new TokenChoice(Sampling.GREEDY, 0, false, null, 0);
}
