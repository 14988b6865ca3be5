package io.herd.udfs.sample;

/**
 * A sampled token's log-probabilities (natural logarithms) before penalties and temperature.
 *
 * @param id the token
 * @param logProbability its own
 * @param ids the most likely tokens in descending order
 * @param logProbabilities theirs
 */
public record TokenScores(int id, double logProbability, int[] ids, double[] logProbabilities) {}
