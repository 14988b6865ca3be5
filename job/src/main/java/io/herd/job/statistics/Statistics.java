package io.herd.job.statistics;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.special.Beta;
import org.apache.commons.math3.stat.interval.ConfidenceInterval;
import org.apache.commons.math3.stat.interval.WilsonScoreInterval;

/** The few tests of shares that reports need, by Commons Math. */
public final class Statistics {
  private static final double LEVEL = 0.95;
  private static final double EXACT = 1e-12;

  private Statistics() {}

  /** Wilson's score interval of a share, at 95 %; null of none. */
  public static Interval wilson(long of, long hits) {
    if (of == 0) {
      return null;
    }
    ConfidenceInterval found =
        new WilsonScoreInterval().createInterval(Math.toIntExact(of), Math.toIntExact(hits), LEVEL);
    return new Interval(Math.max(0, found.getLowerBound()), Math.min(1, found.getUpperBound()));
  }

  /**
   * Returns the lower confidence bound of a share (Clopper and Pearson, one-sided).
   *
   * @param error how likely it may be that it isn't
   */
  public static double atLeast(long of, long hits, double error) {
    return of == 0 || hits == 0
        ? 0
        : new BetaDistribution(null, hits, of - hits + 1, EXACT)
            .inverseCumulativeProbability(error); // ClopperPearsonInterval fails where all are hits
  }

  /**
   * Returns the p-value of McNemar's exact test: the probability of such a difference between two
   * equally good runs.
   *
   * @param first rows that only the first has right
   * @param second rows that only the second has right
   */
  public static double mcnemar(long first, long second) {
    int all = Math.toIntExact(first + second);
    int less = Math.toIntExact(Math.min(first, second));
    return all == 0
        ? 1
        : Math.min(1, 2 * Beta.regularizedBeta(0.5, all - less, less + 1.0)); // of 1 - x, 0 is left
  }

  /**
   * Holm's adjustment of several tests: who takes each adjusted value below an error for a finding
   * is wrong about any of them with that probability at most.
   *
   * @param tests their probabilities, in any order
   */
  public static List<Double> holm(List<Double> tests) {
    List<Integer> order =
        IntStream.range(0, tests.size()).boxed().sorted(Comparator.comparing(tests::get)).toList();
    Double[] adjusted = new Double[tests.size()];
    double most = 0;
    for (int rank = 0; rank < order.size(); rank++) {
      int at = order.get(rank);
      most = Math.max(most, Math.min(1, (tests.size() - rank) * tests.get(at)));
      adjusted[at] = most;
    }
    return List.of(adjusted);
  }
}
