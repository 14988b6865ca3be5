package io.herd.udfs.runtime;

import io.herd.udfs.HerdException;
import io.herd.udfs.SystemException;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.Work;
import io.herd.udfs.model.DeviceLost;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToLongFunction;

/** A task's use of a shared engine. Closing it takes the task's requests back. */
public final class EngineLease implements AutoCloseable {
  private final EngineLanes engine;
  private final List<EngineThread.Ready> lanes;
  private final Runnable release;
  private long since = System.nanoTime();
  private long computedBefore;
  private long prefilledBefore;
  private final Set<Work> works = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean alone;
  private boolean closed;

  EngineLease(EngineLanes engine, List<EngineThread.Ready> lanes, Runnable release) {
    this.engine = engine;
    this.lanes = lanes;
    this.release = release;
    this.computedBefore = mean(TimedModel::nanos);
    this.prefilledBefore = mean(TimedModel::promptNanos);
  }

  /**
   * How busy the engine was during a part of this lease, with this task's requests or others'.
   *
   * @param computing time in the model
   * @param prefilling of it with prompts
   * @param held time that passed
   */
  public record Usage(Duration computing, Duration prefilling, Duration held) {}

  /** Tokens that the longest row may have, prompt and completion together. */
  public int maxTokens() {
    return lanes.get(0).maxTokens();
  }

  /** Rows that it generates at once. */
  public int slots() {
    return (int) lanes.stream().mapToLong(lane -> lane.stats().get().slots()).sum();
  }

  /** What the engine said when it was tried out, see {@link LoadedEngine}. */
  public String firstWords() {
    return lanes.get(0).firstWords();
  }

  /** How busy the engine has been since this was last asked, or the lease began. */
  public Usage usage() {
    long now = System.nanoTime();
    long computed = mean(TimedModel::nanos);
    long prefilled = mean(TimedModel::promptNanos);
    Usage usage =
        new Usage(
            Duration.ofNanos(computed - computedBefore),
            Duration.ofNanos(prefilled - prefilledBefore),
            Duration.ofNanos(now - since));
    since = now;
    computedBefore = computed;
    prefilledBefore = prefilled;
    return usage;
  }

  /** Of the lanes, which wait for each other's turns on the devices in this time, too. */
  private long mean(ToLongFunction<TimedModel> nanos) {
    return lanes.stream().map(EngineThread.Ready::model).mapToLong(nanos).sum() / lanes.size();
  }

  /** Time since {@link #usage} was asked, or the lease began. */
  public Duration sinceUsage() {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  /** What went wrong so far without ending the engine, such as a lack of memory. */
  public List<String> incidents() {
    return lanes.stream().flatMap(lane -> lane.incidents().get().stream()).toList();
  }

  /** Queues a request; its listener is told the outcome on the engine's thread. */
  public void submit(Request request) {
    works.add(request.work());
    engine.submit(request);
  }

  /**
   * Ends a task's wait for outcomes when the engine can't go on. Whoever waits must ask this from
   * time to time: a device that hangs tells nobody.
   *
   * @throws HerdException saying why the engine can't go on
   */
  public void check() {
    engine
        .end()
        .ifPresent(
            cause -> {
              throw failure(cause);
            });
  }

  /** Whether the engine takes requests. */
  public boolean alive() {
    return engine.alive();
  }

  /** What a task says of an engine that has failed. */
  public static HerdException failure(Throwable cause) {
    return cause instanceof DeviceLost lost
        ? lost
        : new SystemException("the engine failed: " + cause, cause);
  }

  /**
   * Waits until no other task has a row that must be the only such one in this process. Rows that
   * other tasks do as usual go on beside it.
   */
  public void beginAlone() throws InterruptedException {
    if (!alone) {
      engine.alone().acquire();
      alone = true;
    }
  }

  /** Lets the others have theirs. */
  public void endAlone() {
    if (alone) {
      alone = false;
      engine.alone().release();
    }
  }

  /** Asks for one completion and waits for it. */
  public Completion complete(int[] ids, Work work) throws InterruptedException {
    Outcome outcome = new Outcome();
    submit(new Request(ids, 0, work, outcome));
    return await(outcome);
  }

  Completion await(Outcome outcome) throws InterruptedException {
    while (true) {
      try {
        return outcome.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        check();
      } catch (ExecutionException e) {
        throw failure(e.getCause());
      }
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      endAlone();
      engine.cancel(request -> works.contains(request.work()));
      release.run();
    }
  }
}
