package io.herd.udfs.sample;

import java.util.Arrays;

/** Probabilities of labels from their log-probabilities. */
public final class LabelScores {
  private LabelScores() {}

  /** Softmax over the labels: they are taken as the only possible continuations. */
  public static double[] softmax(double[] logProbabilities) {
    double most = Arrays.stream(logProbabilities).max().orElseThrow();
    double[] out = Arrays.stream(logProbabilities).map(x -> Math.exp(x - most)).toArray();
    double sum = Arrays.stream(out).sum();
    for (int i = 0; i < out.length; i++) {
      out[i] /= sum;
    }
    return out;
  }

  /** Index of the greatest score, the first of equals. */
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
