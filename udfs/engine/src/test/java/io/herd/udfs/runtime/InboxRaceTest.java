package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.SystemException;
import io.herd.udfs.schedule.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks that send requests while their engine ends: each request ends once, one way or another. */
@Timeout(120)
class InboxRaceTest {
  private static final int ROUNDS = 1_000;
  private static final int TASKS = 3;
  private static final int EACH = 3;

  private final CyclicBarrier begin = new CyclicBarrier(TASKS + 1);

  private List<Ends> send(SharedEngine engine) throws Exception {
    List<Ends> sent = new ArrayList<>();
    begin.await();
    for (int i = 0; i < EACH; i++) {
      sent.add(new Ends());
      engine.submit(sent.get(i).request());
    }
    return sent;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void submit_whileTheEngineEnds_eachRequestEndsOnce(boolean breaks) throws Exception {
    ExecutorService tasks = Executors.newFixedThreadPool(TASKS);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        StepWatch watch = new StepWatch(null, System::nanoTime);
        SharedEngine engine =
            SharedEngine.start(
                "race",
                () ->
                    Leases.loaded(
                        new QuietModel(),
                        watch,
                        new Limits(1, 64, 64),
                        new LanePlan(2, 1, 2, 1, true, true)));
        engine.awaitLoaded();
        List<Future<List<Ends>>> sent = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
          sent.add(tasks.submit(() -> send(engine)));
        }
        begin.await();
        if (breaks) {
          engine.end(new SystemException("a pass failed", null));
        }
        engine.close();
        for (Future<List<Ends>> each : sent) {
          assertThat(each.get())
              .as("round %d", round)
              .allSatisfy(ends -> assertThat(ends.count()).isEqualTo(1));
        }
      }
    } finally {
      tasks.shutdownNow();
    }
  }
}
