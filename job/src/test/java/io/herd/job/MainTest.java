package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.apache.spark.SparkUserAppException;
import org.junit.jupiter.api.Test;

class MainTest {
  @Test
  void main_success_returns() {
    assertThatCode(() -> Main.main(new String[] {"--version"})).doesNotThrowAnyException();
  }

  @Test
  void main_failure_throwsWhatSparkSubmitExitsWith() {
    SparkUserAppException thrown =
        catchThrowableOfType(
            SparkUserAppException.class, () -> Main.main(new String[] {"run", "no-such.conf"}));

    assertThat(thrown.exitCode()).isEqualTo(2);
  }
}
