package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.model.SampledTokens;
import io.herd.udfs.model.SamplingBatch;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.schedule.Start;
import io.herd.udfs.text.CompletionText;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How lanes on processors share requests and threads. */
@Timeout(30)
class LanesAtWorkTest {
  private final Outcomes outcomes = new Outcomes();

  private static Request request(Outcomes outcomes) {
    RequestGroup group =
        RequestGroup.generation(
            GenerateSettings.trial(4), new int[0], () -> new CompletionText(ids -> "", List.of()));
    return new Request(new int[3], 0, group, outcomes);
  }

  /** Says how many threads a pass is made with, and takes its time. */
  private static final class CountingModel extends QuietModel {
    final Semaphore passes = new Semaphore(0);
    final BlockingQueue<Integer> threads = new LinkedBlockingQueue<>();
    private final AtomicInteger rows = new AtomicInteger();
    private volatile int set;

    LoadedEngine loaded(LanePlan plan, Supplier<LoadedEngine> next) {
      LoadedEngine made =
          Leases.loaded(this, new StepWatch(null, () -> 0), new Limits(4, 256, 64), plan);
      return new LoadedEngine(made.engine(), made.watch(), "", plan, count -> set = count, next);
    }

    @Override
    public SampledTokens prefill(
        int capacity, int firstRow, List<int[]> prompts, Start start, SamplingBatch sampling) {
      threads.add(set);
      passes.acquireUninterruptibly();
      rows.addAndGet(prompts.size());
      return super.prefill(capacity, firstRow, prompts, start, sampling);
    }

    @Override
    public SampledTokens decode(
        SortedMap<Integer, Integer> rows,
        int[] lengths,
        int[] ids,
        int[] positions,
        SamplingBatch sampling) {
      threads.add(set);
      passes.acquireUninterruptibly();
      return super.decode(rows, lengths, ids, positions, sampling);
    }
  }

  private final CountingModel one = new CountingModel();
  private final CountingModel two = new CountingModel();

  /** Two lanes that share eight threads. */
  private SharedEngine counting() {
    LanePlan plan = new LanePlan(2, 4, 8, 12, true, false);
    return SharedEngine.start(
        "counting", () -> one.loaded(plan, () -> two.loaded(plan, () -> null)));
  }

  @Test
  void serve_singleRow_hasAllThreads() throws InterruptedException {
    SharedEngine engine = counting();
    engine.awaitLoaded();
    one.passes.release(4);
    two.passes.release(4);
    engine.submit(request(outcomes));
    assertThat(outcomes.next()).isInstanceOf(Completion.class);
    List<Integer> threads = new ArrayList<>(one.threads);
    threads.addAll(two.threads);
    assertThat(threads).containsExactly(8, 8, 8, 8);
    engine.close();
  }

  @Test
  void serve_oneLaneIsSlow_theOtherDoesMoreOfTheRows() throws InterruptedException {
    SharedEngine engine = counting();
    engine.awaitLoaded();
    for (int i = 0; i < 100; i++) {
      engine.submit(request(outcomes));
    }
    assertThat(one.threads.take()).isNotNull();
    assertThat(two.threads.take()).as("both lanes work").isEqualTo(4);
    two.passes.release(1000); // the first lane waits
    int done = 0;
    for (; done < 60; done++) {
      assertThat(outcomes.next()).isInstanceOf(Completion.class);
    }
    assertThat(one.rows).hasValue(0);
    one.passes.release(1000);
    for (; done < 100; done++) {
      assertThat(outcomes.next()).isInstanceOf(Completion.class);
    }
    assertThat(one.rows.get() + two.rows.get()).isEqualTo(100);
    engine.close();
  }

  @Test
  void cancel_requestsInLanesAndWaiting_areDroppedAndOthersGoOn() throws InterruptedException {
    SharedEngine engine = counting();
    engine.awaitLoaded();
    Outcomes kept = new Outcomes();
    for (int i = 0; i < 60; i++) {
      engine.submit(request(outcomes));
    }
    Request last = request(kept);
    engine.submit(last);
    one.threads.take();
    two.threads.take(); // both are in a pass
    engine.cancel(request -> !request.equals(last));
    assertThat(engine.intake().size()).isLessThanOrEqualTo(1);
    one.passes.release(1000);
    two.passes.release(1000);
    assertThat(kept.next()).isInstanceOf(Completion.class);
    assertThat(outcomes.size()).isZero();
    engine.close();
  }
}
