package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.SystemException;
import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.model.DeviceLost;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.CompletionText;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedEngineTest {
  private final DoomedModel model = new DoomedModel();
  private final SharedEngine engine = SharedEngine.start("doomed", this::loaded);

  private LoadedEngine loaded() {
    return Leases.loaded(model, new StepWatch(null, System::nanoTime), new Limits(1, 64, 64));
  }

  private static EngineLease lease(SharedEngine engine) throws InterruptedException {
    engine.acquire();
    return new LocalLease(engine, engine.awaitLoaded(), lost -> {});
  }

  private static Request request(int tokens, int most, Outcomes outcomes) {
    GenerateSettings settings = GenerateSettings.trial(most);
    RequestGroup group =
        RequestGroup.generation(
            settings, new int[0], () -> new CompletionText(ids -> "", List.of()));
    return new Request(new int[tokens], 0, group, outcomes);
  }

  @Test
  void step_engineBreaks_pendingAndLaterRequestsAreTold() throws InterruptedException {
    Outcomes outcomes = new Outcomes();
    for (int i = 0; i < 5; i++) {
      engine.submit(request(3, 4, outcomes));
    }
    model.go.countDown();
    for (int i = 0; i < 5; i++) {
      assertThat(outcomes.next()).isSameAs(model.lost);
    }
    model.closed.await();
    engine.close();
    assertThat(engine.alive()).isFalse();
    engine.submit(request(3, 4, outcomes));
    assertThat(outcomes.next()).isSameAs(model.lost);
    assertThat(outcomes.size()).isZero();
  }

  @Test
  void step_scoringBreaks_itsPromptsAreToldToo() throws InterruptedException {
    Outcomes outcomes = new Outcomes();
    LabelTokens labels = new LabelTokens(List.of(new int[] {4}, new int[] {5}));
    RequestGroup group = RequestGroup.labelling(GenerateSettings.trial(1), new int[0], labels);
    engine.submit(new Request(new int[3], 0, group, outcomes));
    assertThat(outcomes.next()).isSameAs(model.lost);
    engine.close();
    assertThat(outcomes.size()).isZero();
  }

  @Test
  void check_passHangs_everyoneWhoWaitsIsTold() throws InterruptedException {
    AtomicLong now = new AtomicLong(-7);
    StepWatch watch = new StepWatch(null, now::get);
    SharedEngine hanging = SharedEngine.start("hanging", () -> Leases.loaded(model, watch));
    EngineLease waiting = lease(hanging);
    EngineLease other = lease(hanging);
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
    engine.submit(request(64, 1, tooLong));
    engine.submit(request(3, 1, good));
    assertThat(good.completion().tokens()).isEqualTo(1);
    assertThat(tooLong.next())
        .isInstanceOf(IllegalArgumentException.class)
        .hasToString(
            "java.lang.IllegalArgumentException: a request of 65 tokens, where 64 are the most");
    assertThat(engine.alive()).isTrue();
    engine.close();
    assertThat(model.closed.getCount()).isZero();
  }

  @Test
  void usage_countsTheModelsTimeOnly() throws InterruptedException {
    try (EngineLease lease = lease(engine)) {
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
    engine.close();
  }

  @Test
  void close_requestsWait_areTold() throws InterruptedException {
    Outcomes outcomes = new Outcomes();
    engine.submit(request(3, 1, outcomes));
    engine.submit(request(3, 1, outcomes));
    Thread closer = new Thread(this::closeQuietly);
    closer.start();
    while (engine.alive()) {
      Thread.onSpinWait();
    }
    model.go.countDown();
    closer.join();
    engine.submit(request(3, 1, outcomes));
    assertThat(outcomes.size()).isEqualTo(3);
    assertThat(outcomes.last()).hasToString("io.herd.udfs.SystemException: the engine was closed");
  }

  private void closeQuietly() {
    try {
      engine.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void awaitLoaded_loadThrowsAnything_isASystemFailureWithItsCause() throws InterruptedException {
    Error noMemory = new OutOfMemoryError("none left");
    SharedEngine broken =
        SharedEngine.start(
            "broken",
            () -> {
              throw noMemory;
            });
    assertThatExceptionOfType(SystemException.class)
        .isThrownBy(broken::awaitLoaded)
        .withMessage("the engine could not be loaded: java.lang.OutOfMemoryError: none left")
        .withCause(noMemory);
    assertThat(broken.alive()).isFalse();
    model.go.countDown();
    engine.close();
  }
}
