package io.herd.job.cascade;

import io.herd.job.statistics.Statistics;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Chooses the threshold above which the small model's label is kept, from a sample that both models
 * labelled.
 *
 * <p>Thresholds of a fixed grid are tested from the one that keeps the fewest labels downwards, and
 * the first that fails ends it (fixed-sequence testing; Maurer, Hothorn and Lehmacher 1995). Each
 * test asks whether the share of hits over all rows surely reaches the target, by Clopper and
 * Pearson's exact bound at the level {@code 1 - confidence}. To choose a threshold that misses the
 * target, the first such in the order must have passed its test, which is no likelier than that
 * level: the bound covers the choice, and needs no part of the level for each threshold. Rows are
 * drawn without replacement, for which the bound is on the safe side.
 */
public final class ThresholdChoice {
  /** The threshold with which all rows go to the large model. */
  public static final double NONE_KEPT = Double.POSITIVE_INFINITY;

  /** The thresholds in the order of testing. */
  static final double[] GRID =
      DoubleStream.concat(
              DoubleStream.of(0.999, 0.995),
              IntStream.rangeClosed(1, 100).mapToDouble(i -> (100 - i) / 100.0))
          .toArray();

  private ThresholdChoice() {}

  /**
   * A row of the sample.
   *
   * @param probability of the small model's label; below 0 where it has none
   * @param smallHits whether that label is right, or the large model's
   * @param largeHits whether the large model's is right; true where agreement counts
   */
  public record Case(double probability, boolean smallHits, boolean largeHits) {
    boolean hits(double threshold) {
      return probability >= threshold ? smallHits : largeHits;
    }
  }

  /**
   * The chosen threshold and its evidence.
   *
   * @param threshold or {@link #NONE_KEPT}
   * @param hits of the sample with it
   * @param atLeast share of hits over all rows, with the confidence that was asked for
   * @param held whether that reaches the target; false only of truth, which even the large model
   *     may miss
   */
  public record Choice(double threshold, long hits, double atLeast, boolean held) {}

  /**
   * Chooses by agreement with the large model, whose own labels agree by definition.
   *
   * @param sample drawn uniformly from all rows
   * @param population number of all rows; where all were drawn, nothing is left to chance
   * @param target share of hits
   * @param confidence from 0 to 1
   */
  public static Choice byAgreement(
      List<Case> sample, long population, double target, double confidence) {
    Choice all = new Choice(NONE_KEPT, sample.size(), 1, true);
    return descend(all, sample, population, target, confidence);
  }

  /**
   * Chooses by accuracy, which the large model may miss, too: then it labels all rows, and nothing
   * is promised.
   */
  public static Choice byTruth(
      List<Case> sample, long population, double target, double confidence) {
    Choice all = at(NONE_KEPT, sample, population, target, confidence);
    return all.held() ? descend(all, sample, population, target, confidence) : all;
  }

  private static Choice descend(
      Choice from, List<Case> sample, long population, double target, double confidence) {
    Choice chosen = from;
    for (double threshold : GRID) {
      Choice next = at(threshold, sample, population, target, confidence);
      if (!next.held()) {
        break;
      }
      chosen = next;
    }
    return chosen;
  }

  private static Choice at(
      double threshold, List<Case> sample, long population, double target, double confidence) {
    long hits = sample.stream().filter(each -> each.hits(threshold)).count();
    double atLeast =
        sample.size() == population
            ? (double) hits / Math.max(1, population)
            : Statistics.atLeast(sample.size(), hits, 1 - confidence);
    return new Choice(threshold, hits, atLeast, atLeast >= target);
  }
}
