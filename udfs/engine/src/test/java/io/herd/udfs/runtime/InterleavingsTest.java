package io.herd.udfs.runtime;

import io.herd.udfs.SystemException;
import io.herd.udfs.engine.Request;
import io.herd.udfs.schedule.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tasks, lanes and an engine's end under the schedules that Lincheck (Koval et al., CAV 2023) goes
 * through, which switches threads at any access to memory that they share. {@link InboxRaceTest}
 * has what a real machine comes to by chance.
 */
@Tag("deep")
class InterleavingsTest {
  private static final int SCHEDULES = Integer.getInteger("herd.explore.interleavings", 500);

  /** A part of a scenario, with a thread of its own. */
  private interface Part {
    void run() throws InterruptedException;
  }

  private static void sideBySide(Part... parts) throws InterruptedException {
    List<Thread> threads = Stream.of(parts).map(InterleavingsTest::thread).toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static Thread thread(Part part) {
    return new Thread(() -> unchecked(part));
  }

  private static void unchecked(Part part) {
    try {
      part.run();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  @Test
  void intake_lanesTakeWhileTasksAdd_eachRequestIsTakenOnceOrLeft() {
    Lincheck.runConcurrentTest(20 * SCHEDULES, () -> unchecked(InterleavingsTest::taking));
  }

  private static void taking() throws InterruptedException {
    Intake intake = new Intake();
    intake.addLanes(2, 1, true);
    List<Request> requests = List.of(new Ends().request(), new Ends().request());
    Request[] taken = new Request[2];
    sideBySide(
        () -> requests.forEach(intake::add),
        () -> taken[0] = intake.next(0, 0, 0).orElse(null),
        () -> taken[1] = intake.next(1, 0, 0).orElse(null));
    List<Request> all = new ArrayList<>(intake.drain());
    Stream.of(taken).map(Optional::ofNullable).flatMap(Optional::stream).forEach(all::add);
    require(all.size() == 2 && all.containsAll(requests), all.size() + " of 2 requests");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void submit_whileTheEngineEnds_eachRequestEndsOnce(boolean breaks) {
    Lincheck.runConcurrentTest(SCHEDULES, () -> unchecked(() -> ending(breaks)));
  }

  private static void ending(boolean breaks) throws InterruptedException {
    SharedEngine engine = SharedEngine.start("explored", InterleavingsTest::loaded);
    engine.awaitLoaded();
    Ends ends = new Ends();
    sideBySide(
        () -> engine.submit(ends.request()),
        () -> {
          if (breaks) {
            engine.end(new SystemException("a pass failed", null));
          }
          engine.close();
        });
    require(ends.count() == 1, ends.count() + " ends of 1 request");
  }

  private static LoadedEngine loaded() {
    return Leases.loaded(
        new QuietModel(),
        new StepWatch(null, () -> 0L),
        new Limits(1, 64, 64),
        new LanePlan(1, 1, 1, 1, true, true));
  }
}
