package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.runtime.Leases;
import io.herd.udfs.runtime.QuietModel;
import io.herd.udfs.text.CompletionText;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many rows a task has in work. */
class TaskLoopTest {
  private static final int ROWS = 1000;

  private static PendingRow row(int number) {
    String key = String.format(Locale.ROOT, "%064x", number);
    return new PendingRow(key, new int[] {1}, List.of(), null, null);
  }

  private static RowCounter counter() {
    return new RowCounter() {
      @Override
      public void row(int promptTokens, int completionTokens) {}

      @Override
      public void failed(String reason, boolean tried) {}
    };
  }

  /** Whatever time a result takes to be written, no more rows can be done and lost meanwhile. */
  @Test
  void run_manyRows_noMoreThanAWindowAreTakenAndNotHandedOn() throws InterruptedException {
    GenerateSettings settings = GenerateSettings.trial(1);
    RequestGroup group =
        RequestGroup.generation(
            settings, new int[0], () -> new CompletionText(ids -> "", List.of()));
    GenerationTask task = new GenerationTask(settings, group, id -> "");
    AtomicInteger open = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Iterator<Integer> numbers = IntStream.range(0, ROWS).boxed().toList().iterator();
    Iterator<PendingRow> rows =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return numbers.hasNext();
          }

          @Override
          public PendingRow next() {
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
            return row(numbers.next());
          }
        };
    Leases leases = new Leases(QuietModel::new);

    try (EngineLease lease = leases.lease()) {
      TaskLoop.Sink sink = result -> open.decrementAndGet();
      long done = new TaskLoop(lease, row -> task, sink, counter()).run(rows, Set.of());
      assertThat(done).isEqualTo(ROWS);
    } finally {
      leases.close();
    }

    assertThat(most.get()).isEqualTo(256);
  }
}
