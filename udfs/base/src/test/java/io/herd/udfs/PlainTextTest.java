package io.herd.udfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {
  @Test
  void of_escapeSequences_areQuestionMarks() {
    assertThat(PlainText.of("\u001b]0;title\u0007a\rb\u009b2J\u007f"))
        .isEqualTo("?]0;title?a?b?2J?");
  }

  @Test
  void of_changesOfDirection_areQuestionMarks() {
    assertThat(PlainText.of("\u202egnp.exe \u2066x\u2069")).isEqualTo("?gnp.exe ?x?");
  }

  @Test
  void of_textOfAnyLanguage_stays() {
    String text = "Grüße,\n\t안녕, שלום\u200f, 👍🏽 e\u0301 — 1\u00a0%";

    assertThat(PlainText.of(text)).isEqualTo(text);
  }
}
