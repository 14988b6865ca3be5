package io.herd.udfs.sample;

import java.io.Serializable;

/**
 * How the next token is sampled from the model's logits. It is applied in the order of the
 * parameters' groups: penalties, temperature, top-k, top-p among what top-k left, min-p; the order
 * of transformers.
 *
 * @param temperature 0 for greedy decoding, else the divisor of the logits
 * @param topK number of most likely tokens to sample from; 0 for all
 * @param topP samples from the most likely tokens whose probabilities add up to this (nucleus
 *     sampling, Holtzman et al. 2020); 1 for all
 * @param minP samples from tokens with at least this fraction of the most likely token's
 *     probability (Nguyen et al. 2024); 0 for all
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens that the
 *     prompt or the completion has already (Keskar et al. 2019); 1 for none
 * @param presencePenalty is subtracted from logits of tokens that the completion has already
 * @param frequencyPenalty is subtracted from logits once for each time that the completion has the
 *     token already
 */
public record Sampling(
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty)
    implements Serializable {
  public static final Sampling GREEDY = at(0);

  /** Creates sampling with a temperature and nothing else. */
  public static Sampling at(double temperature) {
    return new Sampling(temperature, 0, 1, 0, 1, 0, 0);
  }

  /** Returns whether tokens are drawn at random. */
  public boolean draws() {
    return temperature > 0;
  }

  /** Returns whether some tokens are excluded. */
  public boolean filters() {
    return draws() && (topK > 0 || topP < 1 || minP > 0);
  }

  /** Returns whether a row's tokens affect the logits. */
  public boolean penalizes() {
    return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
  }
}
