package io.herd.udfs.runtime;

import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.engine.EngineStats;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.model.DeviceLost;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** A task's lease on a shared engine of this process. */
final class LocalLease implements EngineLease {
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
   * Creates a lease that {@link SharedEngine#acquire} has counted.
   *
   * @param onLost see {@link Engines#lease}
   */
  LocalLease(SharedEngine engine, List<LoadedEngine> lanes, Consumer<DeviceLost> onLost) {
    this.engine = engine;
    this.lanes = lanes;
    this.onLost = onLost;
    this.computedBefore = mean(StepWatch::nanos);
    this.prefilledBefore = mean(StepWatch::promptNanos);
  }

  @Override
  public int maxTokens() {
    return lanes.get(0).engine().maxTokens();
  }

  @Override
  public int slots() {
    return (int) stats().stream().mapToLong(EngineStats::slots).sum();
  }

  /** Returns the statistics of each lane. */
  List<EngineStats> stats() {
    return lanes.stream().map(lane -> lane.engine().stats()).toList();
  }

  @Override
  public String smokeTest() {
    return lanes.get(0).smokeTest();
  }

  @Override
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

  /** Returns the mean over the lanes, whose time includes waiting for each other's stages. */
  private long mean(ToLongFunction<StepWatch> nanos) {
    return lanes.stream().map(LoadedEngine::watch).mapToLong(nanos).sum() / lanes.size();
  }

  @Override
  public Duration sinceUsage() {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  @Override
  public List<String> incidents() {
    return lanes.stream().flatMap(lane -> lane.engine().incidents().stream()).toList();
  }

  @Override
  public void submit(Request request) {
    groups.add(request.group());
    engine.submit(request);
  }

  @Override
  public void check() {
    engine
        .ended()
        .ifPresent(
            cause -> {
              throw EngineLease.failure(cause);
            });
  }

  @Override
  public boolean alive() {
    return engine.alive();
  }

  @Override
  public void beginAlone() throws InterruptedException {
    if (!alone) {
      engine.alone().acquire();
      alone = true;
    }
  }

  @Override
  public void endAlone() {
    if (alone) {
      alone = false;
      engine.alone().release();
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
