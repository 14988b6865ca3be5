package io.herd.udfs.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.herd.udfs.sample.Moderation.Verdict;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final int FORMS = Moderation.choices().size();

  private static double[] logs(double... probabilities) {
    double[] logs = new double[FORMS];
    Arrays.fill(logs, -30);
    for (int i = 0; i < probabilities.length; i++) {
      logs[i] = Math.log(probabilities[i]);
    }
    return logs;
  }

  private static String form(Verdict verdict) {
    return Moderation.choices().get(verdict.form()).text();
  }

  @Test
  void verdict_isReadBehindTheLikeliestLead() {
    double[] logs = logs(0.3, 1e-9, 1e-9, 1e-9);
    logs[FORMS - 2] = Math.log(0.1); // two line breaks
    logs[FORMS - 1] = Math.log(0.4);

    Verdict verdict = new Moderation(0.5).verdict(logs);

    assertThat(form(verdict)).isEqualTo("\n\nunsafe");
    assertThat(verdict.safe()).isCloseTo(0.2, within(1e-12));
    assertThat(verdict.unsafe()).isTrue();
  }

  @Test
  void verdict_threshold_isTheLeastProbabilityOfUnsafe() {
    double[] logs = logs(0.3, 0.1);

    assertThat(new Moderation(0.5).verdict(logs).unsafe()).isFalse();
    assertThat(new Moderation(0.2).verdict(logs).unsafe()).isTrue();
    assertThat(form(new Moderation(0.2).verdict(logs))).isEqualTo("unsafe");
  }

  @Test
  void verdict_noNumbers_isNone() {
    double[] logs = new double[FORMS];
    Arrays.fill(logs, Double.NaN);

    Verdict verdict = new Moderation(0).verdict(logs);

    assertThat(verdict.safe()).isNaN();
    assertThat(verdict.unsafe()).isFalse();
  }
}
