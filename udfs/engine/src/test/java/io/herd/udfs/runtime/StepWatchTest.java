package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StepWatchTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
  private final StepWatch auto = new StepWatch(null, now::get);

  private void pass(String kind, Duration took) {
    auto.begin(kind);
    now.addAndGet(took.toNanos());
    auto.end();
  }

  private void runs(String kind, Duration time) {
    auto.begin(kind);
    now.addAndGet(time.toNanos());
  }

  @Test
  void overdue_auto_isTwentyTimesTheSlowestOfItsKind() {
    pass("prefill", Duration.ofSeconds(40));
    pass("prefill", Duration.ofSeconds(2));
    runs("prefill", Duration.ofSeconds(800));
    assertThat(auto.overdue()).isEmpty();
    now.addAndGet(1_000_000_000);
    assertThat(auto.overdue())
        .contains("a pass (prefill) has taken 801 s, where 800 s are the limit");
  }

  @Test
  void overdue_fastKind_hasFiveMinutes() {
    pass("prefill", Duration.ofSeconds(40));
    pass("decode", Duration.ofMillis(3));
    runs("decode", Duration.ofMinutes(5));
    assertThat(auto.overdue()).isEmpty();
    now.incrementAndGet();
    assertThat(auto.overdue()).isPresent();
  }

  @Test
  void overdue_betweenPasses_isNothing() {
    pass("decode", Duration.ofHours(1));
    now.addAndGet(Duration.ofDays(1).toNanos());
    assertThat(auto.overdue()).isEmpty();
    assertThat(auto.nanos()).isEqualTo(Duration.ofHours(1).toNanos());
  }

  @Test
  void overdue_fixed_isTakenWhateverWasMeasured() {
    StepWatch fixed = new StepWatch(Duration.ofSeconds(2), now::get);
    fixed.begin("decode");
    now.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(fixed.overdue()).isEmpty();
    now.incrementAndGet();
    assertThat(fixed.overdue()).isPresent();
  }
}
