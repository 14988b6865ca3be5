package io.herd.job.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import org.junit.jupiter.api.Test;

class WordsTest {
  private static final String LABELS = "herd.choices=[\" gr\uFFFD\uFFFD\uFFFD\uFFFDe\"]";

  @Test
  void requireReadable_lettersThatTheLocaleLost_areRefused() {
    assertThatThrownBy(() -> Words.requireReadableAs("ANSI_X3.4-1968", "run", LABELS))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "the argument herd.choices=[\" gr????e\"] contains characters that Java can't")
        .hasMessageContaining(
            "ANSI_X3.4-1968\n  What to do: set LC_ALL=C.UTF-8 in the environment");
  }

  @Test
  void requireReadable_whatIsMeant_passes() {
    assertThatCode(() -> Words.requireReadableAs("UTF-8", "run", LABELS))
        .doesNotThrowAnyException();
    assertThatCode(() -> Words.requireReadableAs("ISO-8859-1", "run", "herd.choices=[größe]"))
        .doesNotThrowAnyException();
  }
}
