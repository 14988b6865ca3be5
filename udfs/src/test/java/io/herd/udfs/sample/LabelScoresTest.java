package io.herd.udfs.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LabelScoresTest {
  @Test
  void softmax_logProbabilities_keepTheirRatios() {
    double[] out = LabelScores.softmax(new double[] {Math.log(0.02), Math.log(0.06)});
    assertThat(out[0]).isCloseTo(0.25, within(1e-12));
    assertThat(out[1]).isCloseTo(0.75, within(1e-12));
  }

  @Test
  void softmax_veryUnlikelyLabels_doesNotUnderflow() {
    double[] out = LabelScores.softmax(new double[] {-5000, -5000, Double.NEGATIVE_INFINITY});
    assertThat(out).containsExactly(0.5, 0.5, 0);
  }

  @Test
  void best_equals_isTheFirst() {
    assertThat(LabelScores.best(new double[] {0.2, 0.4, 0.4})).isEqualTo(1);
    assertThat(LabelScores.best(new double[] {1})).isZero();
  }
}
