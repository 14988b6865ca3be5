package io.herd.job.config;

import java.util.Optional;

/**
 * The promise of a cascade of two models: {@code herd.cascade}.
 *
 * @param agreement share of rows whose label is to be the large model's; empty where truth counts
 * @param accuracy share of rows whose label is to be right; empty where agreement counts
 * @param confidence how sure that is to be
 * @param sample rows that both models label
 * @param seed draws them
 */
public record Cascade(
    Optional<Double> agreement,
    Optional<Double> accuracy,
    double confidence,
    int sample,
    long seed) {

  static Cascade of(Values values) {
    return new Cascade(
        values.find(Keys.CASCADE_AGREEMENT),
        values.find(Keys.CASCADE_ACCURACY),
        values.get(Keys.CASCADE_CONFIDENCE),
        values.get(Keys.CASCADE_SAMPLE),
        values.get(Keys.CASCADE_SEED));
  }

  /**
   * Returns whether labels are compared with the gold column rather than the large model's labels.
   */
  public boolean ofTruth() {
    return accuracy.isPresent();
  }

  /** Returns the promised share. */
  public double target() {
    return accuracy.or(() -> agreement).orElseThrow();
  }
}
