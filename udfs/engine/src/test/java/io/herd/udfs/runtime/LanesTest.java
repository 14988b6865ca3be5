package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.SystemException;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.model.DeviceLost;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.CompletionText;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of one lane of an engine when another one ends. */
@Timeout(30)
class LanesTest {
  private final AtomicLong now = new AtomicLong();
  private final DoomedModel first = new DoomedModel();
  private final DoomedModel second = new DoomedModel();
  private final Outcomes outcomes = new Outcomes();

  /** Two lanes with a model each; only the first lane's clock goes on. */
  private SharedEngine twoLanes() {
    Limits limits = new Limits(1, 64, 64);
    LanePlan plan = new LanePlan(2, 1, 2, 1, true, true);
    LoadedEngine one = Leases.loaded(first, new StepWatch(null, now::get), limits, plan);
    LoadedEngine two = Leases.loaded(second, new StepWatch(null, () -> 0), limits, plan);
    return SharedEngine.start(
        "two",
        () -> new LoadedEngine(one.engine(), one.watch(), "", plan, threads -> {}, () -> two));
  }

  private Request request() {
    GenerateSettings settings = GenerateSettings.trial(4);
    RequestGroup group =
        RequestGroup.generation(
            settings, new int[0], () -> new CompletionText(ids -> "", List.of()));
    return new Request(new int[3], 0, group, outcomes);
  }

  @Test
  void end_oneLaneBreaks_theOtherEndsAfterItsPassForTheSameReason() throws InterruptedException {
    SharedEngine engine = twoLanes();
    engine.awaitLoaded(); // before that the first lane would take both
    engine.submit(request());
    engine.submit(request());
    first.entered.await();
    second.entered.await();
    engine.submit(request()); // no lane has room for these two
    engine.submit(request());
    first.go.countDown();
    first.closed.await();
    assertThat(engine.alive()).isFalse();
    assertThat(outcomes.size()).as("all but the one whose pass is under way").isEqualTo(3);
    second.go.countDown();
    second.closed.await();
    engine.close();
    for (int i = 0; i < 4; i++) {
      assertThat(outcomes.next()).isSameAs(first.lost);
    }
    engine.submit(request());
    assertThat(outcomes.next()).isSameAs(first.lost);
  }

  @Test
  void end_idleLane_isWokenAndClosesItsEngine() throws InterruptedException {
    SharedEngine engine = twoLanes();
    engine.submit(request()); // either lane may take it
    first.go.countDown();
    second.go.countDown();
    first.closed.await();
    second.closed.await();
    engine.close();
    assertThat(outcomes.next()).isIn(first.lost, second.lost);
  }

  @Test
  void close_oneLaneHangs_waitsForNone() throws InterruptedException {
    SharedEngine engine = twoLanes();
    engine.awaitLoaded();
    engine.submit(request());
    engine.submit(request());
    first.entered.await();
    second.entered.await(); // as if it waited for the device that hangs
    now.addAndGet(Duration.ofHours(1).toNanos());
    assertThat(engine.ended()).containsInstanceOf(DeviceLost.class);
    engine.close();
    assertThat(first.closed.getCount()).isOne();
    first.go.countDown();
    second.go.countDown();
    first.closed.await(); // the passes came back after all
    second.closed.await();
    assertThat(outcomes.next()).isInstanceOf(DeviceLost.class);
    assertThat(outcomes.next()).isInstanceOf(DeviceLost.class);
  }

  @Test
  void awaitLoaded_firstLaneFails_isToldOfItsReason() throws InterruptedException {
    SystemException noFile = new SystemException("no file", null);
    SharedEngine engine =
        SharedEngine.start(
            "failing",
            () -> {
              throw noFile;
            });
    assertThatExceptionOfType(SystemException.class)
        .isThrownBy(engine::awaitLoaded)
        .isSameAs(noFile);
    assertThat(engine.alive()).isFalse();
    assertThat(engine.loaded()).isEmpty();
    engine.close();
  }
}
