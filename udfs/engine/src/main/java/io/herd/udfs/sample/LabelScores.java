package io.herd.udfs.sample;

import io.herd.udfs.sample.Labelling.Normalize;
import java.util.Arrays;

/** Computes labels' probabilities from their log-probabilities. */
public final class LabelScores {
  private LabelScores() {}

  /**
   * Returns the probability of each choice: among the choices, or with questions, of yes relative
   * to no.
   *
   * @param logs log-probabilities of what {@link Labelling#tokens} gave
   * @param prior the same after the content-free prompt, or null without calibration
   */
  public static double[] of(Labelling how, LabelTokens tokens, double[] logs, double[] prior) {
    double[] out = logs.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] -= prior == null ? 0 : prior[i];
      out[i] /= how.normalize() == Normalize.LENGTH ? tokens.length(i) : 1;
    }
    return how.multi() ? eachAgainstNext(out) : softmax(out);
  }

  /** Returns the softmax over the labels, as if they were the only possible continuations. */
  public static double[] softmax(double[] logProbabilities) {
    double most = Arrays.stream(logProbabilities).max().orElseThrow();
    double[] out = Arrays.stream(logProbabilities).map(x -> Math.exp(x - most)).toArray();
    double sum = Arrays.stream(out).sum();
    for (int i = 0; i < out.length; i++) {
      out[i] /= sum;
    }
    return out;
  }

  /** Returns the softmax over adjacent pairs, as the first element's probability. */
  private static double[] eachAgainstNext(double[] pairs) {
    double[] out = new double[pairs.length / 2];
    for (int i = 0; i < out.length; i++) {
      out[i] = softmax(new double[] {pairs[2 * i], pairs[2 * i + 1]})[0];
    }
    return out;
  }

  /** Returns the index of the greatest score, the first of equal ones. */
  public static int best(double[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return best;
  }
}
