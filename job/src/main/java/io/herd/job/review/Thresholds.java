package io.herd.job.review;

import io.herd.job.review.ReviewReport.Threshold;
import io.herd.job.statistics.Statistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Accuracy of labels above a threshold, for a few fixed values of {@code abstain-below}. Bounds are
 * Bonferroni's: an interval for the one value that looks best would promise too much.
 */
final class Thresholds {
  static final double[] GRID = {0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99};
  private static final double[] TARGETS = {0.8, 0.9, 0.95, 0.99};
  private static final double ERROR = 0.05;

  private Thresholds() {}

  /**
   * Evaluates the thresholds from counts of rows by the highest value that they reach.
   *
   * @param rows with a label and a right one
   * @param right of them
   */
  static List<Threshold> of(long[] rows, long[] right) {
    List<Threshold> all = new ArrayList<>();
    long sum = 0;
    long hits = 0;
    for (int at = GRID.length - 1; at >= 0; at--) {
      sum += rows[at];
      hits += right[at];
      all.add(
          0,
          new Threshold(
              GRID[at],
              sum,
              0,
              sum == 0 ? null : (double) hits / sum,
              Statistics.atLeast(sum, hits, ERROR / GRID.length)));
    }
    double whole = Math.max(1, sum);
    return all.stream()
        .map(
            each ->
                new Threshold(
                    each.abstainBelow(),
                    each.answered(),
                    each.answered() / whole,
                    each.accuracy(),
                    each.atLeast()))
        .toList();
  }

  /**
   * Returns, for each accuracy, the lowest value that reaches it with confidence; null for none.
   */
  static Map<String, Double> reaching(List<Threshold> thresholds) {
    Map<String, Double> found = new LinkedHashMap<>();
    for (double target : TARGETS) {
      found.put(
          Double.toString(target),
          thresholds.stream()
              .filter(each -> each.atLeast() >= target)
              .map(Threshold::abstainBelow)
              .findFirst()
              .orElse(null));
    }
    return found;
  }
}
