package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmptyTextsTest {
  private static boolean are(Object... values) {
    return EmptyTexts.are(Arrays.asList(values));
  }

  @Test
  void are_textsWithoutALetter_countWhateverIsBesideThem() {
    assertThat(are("")).isTrue();
    assertThat(are(" \n\t", null, 7, true)).isTrue();
    assertThat(are(List.of(), Map.of("a", "", "b", List.of(" ")))).isTrue();
    assertThat(are((Object) null)).isTrue();
  }

  @Test
  void are_anyText_isNotEmpty() {
    assertThat(are("", "a")).isFalse();
    assertThat(are("", Map.of("a", List.of("x")))).isFalse();
  }

  @Test
  void are_numbersAlone_haveNoTextThatCouldBeEmpty() {
    assertThat(are(7, 1.5, true)).isFalse();
    assertThat(are()).isFalse();
  }
}
