package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.SystemException;
import io.herd.udfs.engine.Engine;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.Work;
import io.herd.udfs.model.DeviceLost;
import io.herd.udfs.model.Picked;
import io.herd.udfs.model.Picking;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.CompletionText;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EngineThreadTest {
  /** Prefills when it is let, then loses its device. */
  private static final class Doomed extends QuietModel {
    private final Error lost = new Error("device lost");
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public Picked prefill(
        int capacity, int firstRow, List<int[]> prompts, int shared, Picking picking) {
      entered.countDown();
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return Picked.of(new int[prompts.size()]);
    }

    @Override
    public Picked decode(
        SortedMap<Integer, Integer> rows, int[] ids, int[] positions, Picking picking) {
      throw lost;
    }

    @Override
    public double[][] score(
        int capacity, int firstRow, List<int[]> prompts, int shared, LabelTokens labels) {
      throw lost;
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  private final Doomed model = new Doomed();
  private final EngineLanes thread = new EngineLanes("doomed", List.of(this::loaded));

  private LoadedEngine loaded() {
    TimedModel timed = new TimedModel(model, new StepWatch(null, System::nanoTime));
    Engine engine = new Engine(timed, new Limits(1, 64, 64), 64, false);
    return new LoadedEngine(engine, "", timed);
  }

  private static Request request(int tokens, int most, Outcomes outcomes) {
    GenerateSettings settings = GenerateSettings.trial(most);
    Work work =
        Work.generation(settings, new int[0], () -> new CompletionText(ids -> "", List.of()));
    return new Request(new int[tokens], 0, work, outcomes);
  }

  @Test
  void step_engineBreaks_pendingAndLaterRequestsAreTold() throws InterruptedException {
    Outcomes outcomes = new Outcomes();
    for (int i = 0; i < 5; i++) {
      thread.submit(request(3, 4, outcomes));
    }
    model.go.countDown();
    for (int i = 0; i < 5; i++) {
      assertThat(outcomes.next()).isSameAs(model.lost);
    }
    model.closed.await();
    thread.close();
    assertThat(thread.alive()).isFalse();
    thread.submit(request(3, 4, outcomes));
    assertThat(outcomes.next()).isSameAs(model.lost);
    assertThat(outcomes.size()).isZero();
  }

  @Test
  void step_scoringBreaks_itsPromptsAreToldToo() throws InterruptedException {
    Outcomes outcomes = new Outcomes();
    LabelTokens labels = new LabelTokens(List.of(new int[] {4}, new int[] {5}));
    Work work = Work.labelling(GenerateSettings.trial(1), new int[0], labels);
    thread.submit(new Request(new int[3], 0, work, outcomes));
    assertThat(outcomes.next()).isSameAs(model.lost);
    thread.close();
    assertThat(outcomes.size()).isZero();
  }

  @Test
  void check_passHangs_everyoneWhoWaitsIsTold() throws InterruptedException {
    AtomicLong now = new AtomicLong(-7);
    StepWatch watch = new StepWatch(null, now::get);
    EngineLanes hanging = new EngineLanes("hanging", List.of(() -> Leases.loaded(model, watch)));
    EngineLease waiting = new EngineLease(hanging, hanging.awaitReady(), () -> {});
    EngineLease other = new EngineLease(hanging, hanging.awaitReady(), () -> {});
    Outcomes outcomes = new Outcomes();
    waiting.submit(request(3, 4, outcomes));
    model.entered.await();
    now.addAndGet(Duration.ofMinutes(5).toNanos());
    waiting.check();
    assertThat(waiting.alive()).isTrue();

    now.incrementAndGet();
    for (EngineLease each : List.of(waiting, other)) {
      assertThatExceptionOfType(DeviceLost.class)
          .isThrownBy(each::check)
          .withMessageStartingWith(
              "the device hangs: a pass (prefill) has taken 300 s, where 300 s are the limit");
    }
    assertThat(waiting.alive()).isFalse();
    other.submit(request(3, 4, outcomes));
    assertThat(outcomes.next()).isInstanceOf(DeviceLost.class);
    hanging.close(); // waits for nobody
    model.go.countDown();
    model.closed.await(); // the pass came back after all
    assertThat(hanging.alive()).isFalse();
  }

  @Test
  void submit_refusedRequest_harmsNobodyElse() throws InterruptedException {
    Outcomes tooLong = new Outcomes();
    Outcomes good = new Outcomes();
    model.go.countDown();
    thread.submit(request(64, 1, tooLong));
    thread.submit(request(3, 1, good));
    assertThat(good.completion().tokens()).isEqualTo(1);
    assertThat(tooLong.next())
        .isInstanceOf(IllegalArgumentException.class)
        .hasToString(
            "java.lang.IllegalArgumentException: a request of 65 tokens, where 64 are the most");
    assertThat(thread.alive()).isTrue();
    thread.close();
    assertThat(model.closed.getCount()).isZero();
  }

  @Test
  void usage_countsTheModelsTimeOnly() throws InterruptedException {
    try (EngineLease lease = new EngineLease(thread, thread.awaitReady(), () -> {})) {
      Thread.sleep(20);
      EngineLease.Usage idle = lease.usage();
      assertThat(idle.computing()).isZero();
      assertThat(idle.held().toMillis()).isGreaterThanOrEqualTo(20);

      Outcomes outcomes = new Outcomes();
      lease.submit(request(3, 1, outcomes));
      model.entered.await();
      Thread.sleep(20);
      model.go.countDown();
      outcomes.completion();
      EngineLease.Usage usage = lease.usage();
      assertThat(usage.computing().toMillis()).isGreaterThanOrEqualTo(19);
      assertThat(usage.computing()).isLessThanOrEqualTo(usage.held());
    }
    thread.close();
  }

  @Test
  void close_requestsWait_areTold() throws InterruptedException {
    Outcomes outcomes = new Outcomes();
    thread.submit(request(3, 1, outcomes));
    thread.submit(request(3, 1, outcomes));
    Thread closer = new Thread(this::closeQuietly);
    closer.start();
    while (thread.alive()) {
      Thread.onSpinWait();
    }
    model.go.countDown();
    closer.join();
    thread.submit(request(3, 1, outcomes));
    assertThat(outcomes.size()).isEqualTo(3);
    assertThat(outcomes.last()).hasToString("io.herd.udfs.SystemException: the engine was closed");
  }

  private void closeQuietly() {
    try {
      thread.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void awaitReady_loadThrowsAnything_isASystemFailureWithItsCause() throws InterruptedException {
    Error noMemory = new OutOfMemoryError("none left");
    EngineThread broken =
        new EngineThread(
            "broken",
            () -> {
              throw noMemory;
            });
    assertThatExceptionOfType(SystemException.class)
        .isThrownBy(broken::awaitReady)
        .withMessage("the engine could not be loaded: java.lang.OutOfMemoryError: none left")
        .withCause(noMemory);
    assertThat(broken.alive()).isFalse();
    model.go.countDown();
    thread.close();
  }
}
