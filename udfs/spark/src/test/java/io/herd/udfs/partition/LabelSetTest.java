package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.FinishReason;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.results.Result;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.Labelling;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelSetTest {
  private static Result label(Labelling how, double... logProbabilities) {
    LabelTokens tokens = how.tokens(how.choices(), text -> text.chars().toArray());
    RequestGroup group = RequestGroup.labelling(GenerateSettings.trial(1), new int[0], tokens);
    Completion scored = new Completion(null, 0, FinishReason.CHOICE, List.of(), logProbabilities);
    return new LabelSet(how, how.choices(), tokens, group, null).result("k", List.of(scored));
  }

  @Test
  void result_labels_isTheLikeliestTrimmed() {
    Result result = label(Labelling.of(" yes", " no"), Math.log(0.03), Math.log(0.01));
    assertThat(result.label()).isEqualTo("yes");
    assertThat(result.probability()).isCloseTo(0.75, within(1e-9));
    assertThat(result.scores()).containsOnlyKeys("yes", "no");
    assertThat(result.status()).isEqualTo(Result.OK);
    assertThat(result.finishReason()).isEqualTo("choice");
  }

  @Test
  void result_otherTextThanValue_storesTheValue() {
    List<Choice> choices = List.of(new Choice("+1", " good"), new Choice("-1", " bad"));
    Labelling how = new Labelling(choices, null, Labelling.Normalize.NONE, null, 0, null);
    Result result = label(how, -3, -1);
    assertThat(result.label()).isEqualTo("-1");
    assertThat(result.scores()).containsOnlyKeys("+1", "-1");
  }

  @Test
  void result_questions_givesScoresAndNoLabel() {
    Labelling.Questions questions = new Labelling.Questions("{{ label }}?", " yes", " no", 0.5);
    Labelling how =
        new Labelling(
            Labelling.of("a", "b").choices(), null, Labelling.Normalize.NONE, null, 0, questions);
    Result result = label(how, Math.log(0.3), Math.log(0.1), Math.log(0.2), Math.log(0.8));
    assertThat(result.label()).isNull();
    assertThat(result.probability()).isNull();
    assertThat(result.scores().get("a")).isCloseTo(0.75, within(1e-9));
    assertThat(result.scores().get("b")).isCloseTo(0.2, within(1e-9));
    assertThat(result.status()).isEqualTo(Result.OK);
  }

  @Test
  void result_noNumbers_isAFailedRow() {
    Labelling how = Labelling.of(" yes", " no");
    assertThat(label(how, Double.NaN, -1))
        .isEqualTo(Result.failed("k", "the model gave the labels no probabilities (not a number)"));
    assertThat(label(how, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY).status())
        .isEqualTo(Result.FAILED);
  }
}
