package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedPrefixTest {
  @Test
  void of_prompts_leavesEachATokenOfItsOwn() {
    int[] prompt = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    int[] other = {1, 2, 3, 4, 5, 6, 7, 8, 11};
    int[] shorter = Arrays.copyOf(prompt, 9);
    int[] short8 = Arrays.copyOf(prompt, 8);
    assertThat(SharedPrefix.of(List.of())).isEmpty();
    assertThat(SharedPrefix.of(List.of(prompt, other))).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(SharedPrefix.of(List.of(prompt, shorter))).hasSize(8);
    assertThat(SharedPrefix.of(List.of(prompt, short8))).as("not worth it").isEmpty();
    assertThat(SharedPrefix.of(List.of(prompt))).hasSize(9);
    assertThat(SharedPrefix.between(shorter, prompt, 9)).hasSize(8);
    assertThat(SharedPrefix.between(short8, prompt, 8)).isEmpty();
  }
}
