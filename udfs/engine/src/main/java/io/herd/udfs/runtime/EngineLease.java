package io.herd.udfs.runtime;

import io.herd.udfs.HerdException;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.EngineStats;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.model.DeviceLost;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** A task's use of a shared engine. Closing it takes the task's requests back. */
public final class EngineLease implements AutoCloseable {
  private final SharedEngine engine;
  private final List<LoadedEngine> lanes;
  private final Consumer<DeviceLost> onLost;
  private long since = System.nanoTime();
  private long computedBefore;
  private long prefilledBefore;
  private final Set<RequestGroup> groups = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean alone;
  private boolean closed;

  /**
   * A lease that {@link SharedEngine#acquire} has counted.
   *
   * @param onLost see {@link Engines#lease}
   */
  EngineLease(SharedEngine engine, List<LoadedEngine> lanes, Consumer<DeviceLost> onLost) {
    this.engine = engine;
    this.lanes = lanes;
    this.onLost = onLost;
    this.computedBefore = mean(StepWatch::nanos);
    this.prefilledBefore = mean(StepWatch::promptNanos);
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
    return lanes.get(0).engine().maxTokens();
  }

  /** Rows that it generates at once. */
  public int slots() {
    return (int) stats().stream().mapToLong(EngineStats::slots).sum();
  }

  /** What each lane has done and is at. */
  List<EngineStats> stats() {
    return lanes.stream().map(lane -> lane.engine().stats()).toList();
  }

  /** What the model wrote when it was tried out, see {@link LoadedEngine}. */
  public String firstWords() {
    return lanes.get(0).firstWords();
  }

  /** How busy the engine has been since the last call of this, or since the lease began. */
  public Usage usage() {
    long now = System.nanoTime();
    long computed = mean(StepWatch::nanos);
    long prefilled = mean(StepWatch::promptNanos);
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

  /** The mean over the lanes, whose time includes waiting for each other's stages. */
  private long mean(ToLongFunction<StepWatch> nanos) {
    return lanes.stream().map(LoadedEngine::watch).mapToLong(nanos).sum() / lanes.size();
  }

  /** Time since the last call of {@link #usage}, or since the lease began. */
  public Duration sinceUsage() {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  /** What went wrong so far without ending the engine, such as a lack of memory. */
  public List<String> incidents() {
    return lanes.stream().flatMap(lane -> lane.engine().incidents().stream()).toList();
  }

  /** Queues a request; its listener gets the outcome on a lane's thread. */
  public void submit(Request request) {
    groups.add(request.group());
    engine.submit(request);
  }

  /**
   * Ends a task's wait for outcomes when the engine can't go on. A task that waits must call this
   * from time to time, because a device that hangs reports nothing.
   *
   * @throws HerdException saying why the engine can't go on
   */
  public void check() {
    engine
        .ended()
        .ifPresent(
            cause -> {
              throw failure(cause);
            });
  }

  /** Whether the engine takes requests. */
  public boolean alive() {
    return engine.alive();
  }

  /** The exception by which a task fails when its engine has. */
  public static HerdException failure(Throwable cause) {
    return cause instanceof DeviceLost || cause instanceof UserException
        ? (HerdException) cause
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

  /** Lets other tasks go on with such rows. */
  public void endAlone() {
    if (alone) {
      alone = false;
      engine.alone().release();
    }
  }

  /** Asks for one completion and waits for it. */
  public Completion complete(int[] ids, RequestGroup group) throws InterruptedException {
    Outcome outcome = new Outcome();
    submit(new Request(ids, 0, group, outcome));
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
      engine.cancel(request -> groups.contains(request.group()));
      engine.release(onLost);
    }
  }
}
