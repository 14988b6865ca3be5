package io.herd.udfs.sample;

/**
 * What the model thought of a sampled token: log-probabilities (natural logarithms) before
 * penalties and temperature.
 *
 * @param id the token
 * @param logProbability its own
 * @param ids the likeliest tokens, the likeliest first
 * @param logProbabilities theirs
 */
public record TokenScores(int id, double logProbability, int[] ids, double[] logProbabilities) {}
