package io.herd.udfs.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.herd.udfs.sample.Labelling.Normalize;
import java.util.List;
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
  void of_lengthAndPrior_dividesWhatIsLeftOfEach() {
    Labelling how = new Labelling(List.of(), null, Normalize.LENGTH, "N/A", 0, null);
    LabelTokens tokens = new LabelTokens(List.of(new int[] {1, 2}, new int[] {3}));
    double[] out = LabelScores.of(how, tokens, new double[] {-8, -3}, new double[] {-2, -1});
    assertThat(out[0]).isCloseTo(1 / (1 + Math.exp(1)), within(1e-12)); // -3 against -2
    assertThat(out[1]).isCloseTo(1 - out[0], within(1e-12));
  }

  @Test
  void best_equals_isTheFirst() {
    assertThat(LabelScores.best(new double[] {0.2, 0.4, 0.4})).isEqualTo(1);
    assertThat(LabelScores.best(new double[] {1})).isZero();
  }
}
