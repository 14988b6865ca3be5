package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.FinishReason;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Work;
import io.herd.udfs.results.Result;
import io.herd.udfs.sample.LabelTokens;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskWorkTest {
  private static final GenerateSettings LABELS =
      new GenerateSettings(16, 0, false, List.of(), 0, 0, List.of(" yes", " no"));

  private static Result label(double... logProbabilities) {
    LabelTokens tokens = new LabelTokens(List.of(new int[] {1, 2}, new int[] {3}));
    TaskWork work = new TaskWork(LABELS, Work.labelling(LABELS, new int[0], tokens));
    return work.result("k", new Completion(null, 0, FinishReason.CHOICE, logProbabilities));
  }

  @Test
  void result_labels_isTheLikeliestTrimmed() {
    Result result = label(Math.log(0.03), Math.log(0.01));
    assertThat(result.label()).isEqualTo("yes");
    assertThat(result.probability()).isCloseTo(0.75, within(1e-9));
    assertThat(result.scores()).containsOnlyKeys("yes", "no");
    assertThat(result.status()).isEqualTo(Result.OK);
  }

  @Test
  void result_noNumbers_isAFailedRow() {
    assertThat(label(Double.NaN, -1))
        .isEqualTo(Result.failed("k", "the model gave the labels no probabilities (not a number)"));
    assertThat(label(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY).status())
        .isEqualTo(Result.FAILED);
  }
}
