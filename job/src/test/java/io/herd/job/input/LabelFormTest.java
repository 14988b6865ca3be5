package io.herd.job.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.text.Prompt;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelFormTest {
  private static final String HEADER = "<|im_start|>";

  private static Prompt header(String behind) {
    return new Prompt(HEADER + behind, List.of(0, HEADER.length()));
  }

  @ParameterizedTest
  @CsvSource({
    "'Sentiment:', ' good', ''",
    "'Sentiment:', 'good', 'begins without a space'",
    "'Is it hot?', '4', 'begins without a space'",
    "'The letter is (', 'A', ''",
    "'这部电影', '好', ''",
    "'Sentiment:', '好', ''",
    "'Sentiment: ', 'good', ''",
    "'Sentiment: ', ' good', 'ends with a space'",
    "'[/INST]', ' good', ''",
    "'[/INST]', 'good', 'begins without a space'"
  })
  void note_afterText_isAboutTheOddOnes(String prompt, String label, String note) {
    String said = LabelForm.note(Prompt.data(prompt), List.of(label)).orElse("");
    assertThat(said).contains(note);
    assertThat(said.isEmpty()).isEqualTo(note.isEmpty());
  }

  @Test
  void note_afterAHeader_wantsNoBlank() {
    assertThat(LabelForm.note(header("assistant\n"), List.of("good"))).isEmpty();
    assertThat(LabelForm.note(header("assistant\n"), List.of("good", " bad")).orElseThrow())
        .contains("\" bad\"", "a chat's header", "\"bad\"");
    assertThat(LabelForm.note(header(""), List.of(" bad")).orElseThrow())
        .contains("a special token");
  }
}
