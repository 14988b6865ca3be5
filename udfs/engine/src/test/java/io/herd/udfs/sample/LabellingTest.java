package io.herd.udfs.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.sample.Labelling.Normalize;
import io.herd.udfs.sample.Labelling.Questions;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabellingTest {
  private static int[] letters(String text) {
    return text.chars().toArray();
  }

  private static Labelling asking(Questions questions) {
    return new Labelling(List.of(), null, Normalize.NONE, null, 0, questions);
  }

  @Test
  void tokens_labels_areThoseOfTheirTexts() {
    List<Choice> choices = List.of(new Choice("1", " ab"), new Choice("2", "c"));
    assertThat(Labelling.NONE.tokens(choices, LabellingTest::letters))
        .isEqualTo(new LabelTokens(List.of(letters(" ab"), letters("c"))));
  }

  @Test
  void tokens_questions_areThoseOfEachWithYesAndNo() {
    Labelling how = asking(new Questions("Is it {{label}}, {{ label }}?", "y", "n", 0.5));
    assertThat(how.tokens(List.of(Choice.of("$1")), LabellingTest::letters))
        .isEqualTo(new LabelTokens(List.of(letters("Is it $1, $1?y"), letters("Is it $1, $1?n"))));
  }

  @Test
  void complete_withoutTheLabel_isFalse() {
    assertThat(new Questions("{{label}}?", "y", "n", 0.5).complete()).isTrue();
    assertThat(new Questions("{{ labels }}?", "y", "n", 0.5).complete()).isFalse();
  }

  @Test
  void on_choicesOrColumn_isTrue() {
    assertThat(Labelling.NONE.on()).isFalse();
    assertThat(Labelling.of("a").on()).isTrue();
    assertThat(new Labelling(List.of(), "own", Normalize.NONE, null, 0, null).on()).isTrue();
  }
}
