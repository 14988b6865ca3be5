package io.herd.udfs.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ExecutorSumsTest {
  private final AtomicLong now = new AtomicLong();
  private final ExecutorSums sums = new ExecutorSums(now::get);

  @Test
  void sum_ofExecutors_hasTheLastThatEachTold() {
    sums.take("1", Map.of("generated_tokens", 10L, "queue", 3L));
    sums.take("2", Map.of("generated_tokens", 5L));
    sums.take("1", Map.of("generated_tokens", 20L, "queue", 1L));

    assertThat(sums.sum("generated_tokens")).isEqualTo(25);
    assertThat(sums.sum("queue")).isEqualTo(1);
  }

  @Test
  void sum_ofALostExecutor_keepsWhatItDidOnly() {
    sums.take("1", Map.of("generated_tokens", 10L, "queue", 3L));
    now.set(Duration.ofMinutes(1).toNanos());
    sums.take("2", Map.of("generated_tokens", 5L, "queue", 2L));

    assertThat(sums.sum("generated_tokens")).isEqualTo(15);
    assertThat(sums.sum("queue")).isEqualTo(2);
  }
}
