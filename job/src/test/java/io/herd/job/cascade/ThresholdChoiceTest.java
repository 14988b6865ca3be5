package io.herd.job.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.herd.job.cascade.ThresholdChoice.Case;
import io.herd.job.cascade.ThresholdChoice.Choice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ThresholdChoiceTest {
  private static final double TARGET = 0.9;
  private static final double CONFIDENCE = 0.95;
  private static final int ROWS = 4_000;
  private static final int SAMPLE = 300;
  private static final int DATA_SETS = 1_000;

  /** Three standard deviations above the share of data sets in which the bound may be broken. */
  private static final double MOST_BROKEN =
      (1 - CONFIDENCE) + 3 * Math.sqrt(CONFIDENCE * (1 - CONFIDENCE) / DATA_SETS);

  /** How sure a small model is, and how often it is right then. */
  private enum Shape {
    CALIBRATED(0),
    OVERCONFIDENT(1),
    /** The rows that stay at any threshold up to 0.9 miss the target by a hair. */
    ON_THE_EDGE(2),
    /** The less sure, the better: no threshold but the lowest has the most hits. */
    UPSIDE_DOWN(3);

    private final long seed;

    Shape(long seed) {
      this.seed = seed;
    }

    private double right(double probability) {
      return switch (this) {
        case CALIBRATED -> probability;
        case OVERCONFIDENT -> probability * probability;
        case ON_THE_EDGE -> probability < 0.9 ? 0.795 : 1;
        case UPSIDE_DOWN -> 1.3 - probability / 2;
      };
    }

    List<Case> draw(Random random, double largeRight) {
      List<Case> rows = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        double probability = 0.5 + random.nextDouble() / 2;
        rows.add(
            new Case(
                probability,
                random.nextDouble() < right(probability),
                random.nextDouble() < largeRight));
      }
      return rows;
    }
  }

  private static double share(List<Case> rows, double threshold) {
    return (double) rows.stream().filter(row -> row.hits(threshold)).count() / rows.size();
  }

  private static double broken(
      Shape shape, double largeRight, ToDoubleFunction<List<Case>> threshold) {
    Random random = new Random(shape.seed);
    int broken = 0;
    for (int i = 0; i < DATA_SETS; i++) {
      List<Case> rows = shape.draw(random, largeRight);
      Collections.shuffle(rows, random);
      double chosen = threshold.applyAsDouble(rows.subList(0, SAMPLE));
      broken += share(rows, chosen) < TARGET ? 1 : 0;
    }
    return (double) broken / DATA_SETS;
  }

  private static double best(List<Case> sample) {
    double best = ThresholdChoice.NONE_KEPT;
    for (double threshold : ThresholdChoice.GRID) {
      best = share(sample, threshold) >= TARGET ? threshold : best;
    }
    return best;
  }

  @ParameterizedTest
  @EnumSource
  void byAgreement_aThousandDataSets_breaksTheBoundNoMoreOftenThanStated(Shape shape) {
    assertThat(
            broken(
                shape,
                1,
                sample ->
                    ThresholdChoice.byAgreement(sample, ROWS, TARGET, CONFIDENCE).threshold()))
        .isLessThanOrEqualTo(MOST_BROKEN);
  }

  /** What is promised counts only where it is held; the large model is right 93 times in 100. */
  @ParameterizedTest
  @EnumSource
  void byTruth_aThousandDataSets_breaksTheBoundNoMoreOftenThanStated(Shape shape) {
    assertThat(
            broken(
                shape,
                0.93,
                sample -> {
                  Choice choice = ThresholdChoice.byTruth(sample, ROWS, TARGET, CONFIDENCE);
                  return choice.held() ? choice.threshold() : ThresholdChoice.NONE_KEPT;
                }))
        .isLessThanOrEqualTo(MOST_BROKEN);
  }

  /** The simulation can tell: the threshold that looks best breaks the bound in many data sets. */
  @Test
  void lookingForTheBest_aThousandDataSets_breaksTheBound() {
    assertThat(broken(Shape.CALIBRATED, 1, ThresholdChoiceTest::best)).isGreaterThan(0.3);
  }

  @Test
  void onTheEdge_aThousandDataSets_usesTheChanceThatItHas() {
    assertThat(
            broken(
                Shape.ON_THE_EDGE,
                1,
                sample ->
                    ThresholdChoice.byAgreement(sample, ROWS, TARGET, CONFIDENCE).threshold()))
        .isGreaterThan(0.005);
  }

  private static List<Case> cases(int right, int wrong, double probability) {
    List<Case> cases =
        new ArrayList<>(Collections.nCopies(right, new Case(probability, true, true)));
    cases.addAll(Collections.nCopies(wrong, new Case(probability, false, true)));
    return cases;
  }

  @Test
  void byAgreement_allAgree_keepsAllLabels() {
    Choice choice = ThresholdChoice.byAgreement(cases(59, 0, 0.6), 1000, 0.95, 0.95);

    assertThat(choice.threshold()).isZero();
    assertThat(choice.atLeast()).isCloseTo(Math.pow(0.05, 1 / 59.0), within(1e-9));
    assertThat(choice.held()).isTrue();
  }

  @Test
  void byAgreement_sampleTooSmall_keepsNone() {
    Choice choice = ThresholdChoice.byAgreement(cases(58, 0, 0.6), 1000, 0.95, 0.95);

    assertThat(choice).isEqualTo(new Choice(ThresholdChoice.NONE_KEPT, 58, 1, true));
  }

  @Test
  void byAgreement_rowsDisagreeBelowAThreshold_staysAboveThem() {
    List<Case> sample = cases(200, 0, 0.953);
    sample.addAll(cases(50, 50, 0.701));

    Choice choice = ThresholdChoice.byAgreement(sample, 10_000, 0.95, 0.95);

    assertThat(choice.threshold()).isEqualTo(0.71);
    assertThat(choice.hits()).isEqualTo(300);
  }

  /** Nothing is left to chance, so that ten rows are enough. */
  @Test
  void byAgreement_allRowsDrawn_countsThem() {
    List<Case> sample = cases(9, 1, 0.7);

    Choice choice = ThresholdChoice.byAgreement(sample, 10, 0.9, 0.95);

    assertThat(choice).isEqualTo(new Choice(0, 9, 0.9, true));
  }

  @Test
  void byAgreement_smallModelFailed_goesToTheLargeOne() {
    List<Case> sample = cases(100, 0, 0.7);
    sample.addAll(cases(0, 100, -1));

    assertThat(ThresholdChoice.byAgreement(sample, 1000, 0.95, 0.95).threshold()).isZero();
  }

  @Test
  void byTruth_largeModelMissesTheTarget_promisesNothing() {
    List<Case> sample = new ArrayList<>(Collections.nCopies(100, new Case(0.99, true, false)));

    Choice choice = ThresholdChoice.byTruth(sample, 1000, 0.9, 0.95);

    assertThat(choice).isEqualTo(new Choice(ThresholdChoice.NONE_KEPT, 0, 0, false));
  }

  @Test
  void grid_all_descends() {
    assertThat(ThresholdChoice.GRID).hasSize(102).isSortedAccordingTo(Collections.reverseOrder());
    assertThat(ThresholdChoice.GRID[ThresholdChoice.GRID.length - 1]).isZero();
  }
}
