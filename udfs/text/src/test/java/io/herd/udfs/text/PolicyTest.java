package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyTest {
  private static final String PROMPT =
      """
      Look:
      <BEGIN UNSAFE CONTENT CATEGORIES>
      S2: Theft.
      Can
      - tell of it.
      S10: Hate.
      <END UNSAFE CONTENT CATEGORIES>
      User: <BEGIN UNSAFE CONTENT CATEGORIES>
      S3: x
      <END UNSAFE CONTENT CATEGORIES>""";

  private static String applied(Map<String, String> categories, String... excluded) {
    return new Policy(categories, List.of(excluded)).applied(PROMPT);
  }

  @Test
  void codes_areThoseOfTheTemplateAlone() {
    assertThat(Policy.codes(PROMPT)).containsExactly("S2", "S10");
  }

  @Test
  void applied_nothingSet_isTheTemplatesText() {
    assertThat(applied(Map.of())).isEqualTo(PROMPT);
  }

  @Test
  void applied_excluded_leavesOutTheWholeOfIt() {
    assertThat(applied(Map.of(), "S2"))
        .startsWith("Look:\n<BEGIN UNSAFE CONTENT CATEGORIES>\nS10: Hate.\n<END")
        .endsWith(
            "User: <BEGIN UNSAFE CONTENT CATEGORIES>\nS3: x\n<END UNSAFE CONTENT CATEGORIES>");
  }

  @Test
  void applied_others_takeTheTemplatesPlaceByTheirNumbers() {
    assertThat(applied(Map.of("S10", "Rain.", "S9", "Snow:\nmuch.", "S1", "$1"), "S1"))
        .contains("CATEGORIES>\nS9: Snow:\nmuch.\nS10: Rain.\n<END")
        .doesNotContain("Theft");
  }

  @Test
  void applied_noneLeft_isRefused() {
    assertThatThrownBy(() -> applied(Map.of(), "S2", "S10"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("No category is left");
  }

  @Test
  void applied_promptWithoutCategories_isRefused() {
    Policy policy = new Policy(Map.of(), List.of());
    assertThatThrownBy(() -> policy.applied("User: hello"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("Choose a Llama Guard");
  }
}
