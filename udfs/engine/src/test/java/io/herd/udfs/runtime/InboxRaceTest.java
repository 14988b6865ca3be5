package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.SystemException;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.CompletionText;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
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

  /** Counts how often a request ended. */
  private static final class Ends implements Request.Listener {
    private final AtomicInteger ends = new AtomicInteger();

    @Override
    public void completed(Completion completion) {
      ends.incrementAndGet();
    }

    @Override
    public void failed(Throwable cause) {
      ends.incrementAndGet();
    }
  }

  private static Request request(Ends ends) {
    RequestGroup group =
        RequestGroup.generation(
            GenerateSettings.trial(1), new int[0], () -> new CompletionText(ids -> "", List.of()));
    return new Request(new int[2], 0, group, ends);
  }

  private List<Ends> send(SharedEngine engine) throws Exception {
    List<Ends> sent = new ArrayList<>();
    begin.await();
    for (int i = 0; i < EACH; i++) {
      sent.add(new Ends());
      engine.submit(request(sent.get(i)));
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
              .allSatisfy(ends -> assertThat(ends.ends).hasValue(1));
        }
      }
    } finally {
      tasks.shutdownNow();
    }
  }
}
