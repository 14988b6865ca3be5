package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.model.DeviceLost;
import io.herd.udfs.model.SampledTokens;
import io.herd.udfs.model.SamplingBatch;
import io.herd.udfs.schedule.Start;
import io.herd.udfs.text.CompletionText;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a process's engines when one dies. */
@Timeout(30)
class EngineLossTest {
  /** Fails at every prompt that begins with token 8. */
  private static final class Fragile extends QuietModel {
    private final RuntimeException failure;

    Fragile(RuntimeException failure) {
      this.failure = failure;
    }

    @Override
    public SampledTokens prefill(
        int capacity, int firstRow, List<int[]> prompts, Start start, SamplingBatch sampling) {
      if (prompts.stream().anyMatch(ids -> ids[0] == 8)) {
        throw failure;
      }
      return super.prefill(capacity, firstRow, prompts, start, sampling);
    }
  }

  private final List<Fragile> loaded = new ArrayList<>();
  private final List<DeviceLost> told = new ArrayList<>();

  private Leases failingBy(RuntimeException failure) {
    return new Leases(
        () -> {
          loaded.add(new Fragile(failure));
          return loaded.get(loaded.size() - 1);
        });
  }

  private static Object outcome(EngineLease lease, int token) throws InterruptedException {
    Outcomes outcomes = new Outcomes();
    RequestGroup group =
        RequestGroup.generation(
            GenerateSettings.trial(1), new int[0], () -> new CompletionText(ids -> "", List.of()));
    lease.submit(new Request(new int[] {token}, 0, group, outcomes));
    return outcomes.next();
  }

  @Test
  void lease_engineDied_isOfAFreshOne() throws InterruptedException {
    RuntimeException failure = new IllegalStateException("bad kernel");
    Leases leases = failingBy(failure);
    EngineLease first = leases.lease(told::add);
    assertThat(outcome(first, 8)).isSameAs(failure);
    assertThat(first.alive()).isFalse();

    try (EngineLease second = leases.lease(told::add)) { // while the first has not been closed
      assertThat(outcome(second, 1)).isNotInstanceOf(Throwable.class);
    }
    first.close();
    assertThat(loaded).hasSize(2);
    assertThat(told).isEmpty();
    leases.close();
  }

  @Test
  void close_lastLeaseOfALostDevice_tellsTheProcess() throws InterruptedException {
    Leases leases = failingBy(DeviceLost.hung("a test"));
    EngineLease first = leases.lease(told::add);
    EngineLease second = leases.lease(told::add);
    assertThat(outcome(first, 8)).isInstanceOf(DeviceLost.class);
    first.close();
    assertThat(told).as("the second task may have something to write").isEmpty();
    second.close();
    assertThat(told).hasSize(1);

    assertThatExceptionOfType(DeviceLost.class)
        .isThrownBy(() -> leases.lease(told::add))
        .withMessageContaining("the device hangs: a test");
    assertThat(loaded).as("no engine is loaded onto a lost device").hasSize(1);
    assertThat(told).hasSize(2);
    leases.close();
  }
}
