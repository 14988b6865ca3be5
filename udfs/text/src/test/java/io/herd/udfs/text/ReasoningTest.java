package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReasoningTest {
  private static final Reasoning TAGS = new Reasoning("<think>", "</think>", false);

  /**
   * Completions as models write them after a prompt without the first tag, and after one with it.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "false|<think>~Well.~</think>~~Yes.|Well.|Yes.",
        "false|~<think>Well.</think>Yes.|Well.|Yes.",
        "false|<think>~~</think>~~Yes.|''|Yes.",
        "false|<think>~Well, |Well, |''",
        "false|Yes.|null|Yes.",
        "false|Yes: write <think>x</think>.~|null|Yes: write <think>x</think>.~",
        "false|no start</think>Yes.|null|no start</think>Yes.",
        "false|''|null|''",
        "true|Well.~</think>~~Yes.~|Well.|Yes.",
        "true|<think>Well.</think>Yes.|Well.|Yes.",
        "true|Well, |Well, |''",
        "true|</think>Yes, </think> ends it.|''|Yes, </think> ends it.",
        "true|''|''|''",
      })
  void of_completion_isWhatStandsFirstBetweenTheTags(
      boolean opened, String completion, String reasoning, String answer) {
    Reasoning tags = TAGS.opened(opened);
    String text = completion.replace('~', '\n');

    assertThat(tags.of(text)).isEqualTo(reasoning);
    assertThat(tags.without(text)).isEqualTo(answer.replace('~', '\n'));
  }

  @Test
  void isOpenedBy_prompt_isWhereItEnds() {
    assertThat(TAGS.isOpenedBy("<|Assistant|><think>\n")).isTrue();
    assertThat(TAGS.isOpenedBy("Think in <think> tags.<|Assistant|>")).isFalse();
    assertThat(TAGS.isOpenedBy("<|Assistant|><think>\n\n</think>\n\n")).isFalse();
  }
}
