package io.herd.udfs.runtime;

import ai.djl.Device;
import io.herd.udfs.model.DeviceLost;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Engines and who uses them. An engine stays loaded when its last lease is closed, for the tasks to
 * come. It makes way when a task needs another model on the same device and nobody uses the old one
 * any more; while somebody does, the two sit side by side. An engine that has died is replaced by a
 * fresh one, unless its device is lost to this process.
 */
final class EnginePool {
  private static final long PATIENCE_SECONDS = 10;

  /** Which engine. */
  record Key(EngineSettings settings, Device device) {}

  private static final class Holding {
    private final EngineThread thread;
    private int leases;

    Holding(EngineThread thread) {
      this.thread = thread;
    }
  }

  private final Map<Key, Holding> held = new HashMap<>(); // guarded by this

  /**
   * The engine for a task, loaded by the first that asks.
   *
   * @param onLost told of a lost device once no task has anything left to write, or when that takes
   *     too long; it may end the process
   * @throws DeviceLost when it returns
   * @throws InterruptedException when the task is killed while it waits; the load goes on
   */
  EngineLease lease(Key key, EngineThread.Loader load, Consumer<DeviceLost> onLost)
      throws InterruptedException {
    Holding holding = acquire(key, load, onLost);
    Runnable release = () -> release(holding, onLost);
    try {
      return new EngineLease(holding.thread, holding.thread.awaitReady(), release);
    } catch (InterruptedException | RuntimeException e) {
      release.run();
      throw e;
    }
  }

  /** What the engines that are loaded do and have done, see {@link EngineMetrics}. */
  synchronized Map<String, Long> metrics() {
    Map<String, Long> sums = new HashMap<>();
    for (Holding holding : held.values()) {
      holding
          .thread
          .loaded()
          .ifPresent(
              engine ->
                  EngineMetrics.of(engine.stats().get(), engine.model().watch())
                      .forEach((name, value) -> sums.merge(name, value, Long::sum)));
    }
    return sums;
  }

  /** Unloads every engine, waiting for their current passes. */
  synchronized void closeAll() throws InterruptedException {
    for (Holding holding : held.values()) {
      holding.thread.close();
    }
    held.clear();
  }

  private synchronized Holding acquire(
      Key key, EngineThread.Loader load, Consumer<DeviceLost> onLost) throws InterruptedException {
    Optional<Holding> lost = lost(key.device());
    if (lost.isPresent()) {
      awaitRelease(lost.get());
      DeviceLost cause = lost.get().thread.lost().orElseThrow();
      onLost.accept(cause);
      throw cause;
    }
    Holding holding = held.get(key);
    if (holding != null && !holding.thread.alive()) {
      holding.thread.close(); // its memory is needed
      holding = null;
    }
    if (holding == null) {
      evictUnused(key.device());
      holding = new Holding(new EngineThread("herd-engine-" + key.device(), load));
      held.put(key, holding);
    }
    holding.leases++;
    return holding;
  }

  private Optional<Holding> lost(Device device) {
    return held.entrySet().stream()
        .filter(entry -> entry.getKey().device().equals(device))
        .map(Map.Entry::getValue)
        .filter(holding -> holding.thread.lost().isPresent())
        .findFirst();
  }

  private void awaitRelease(Holding holding) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (holding.leases > 0 && System.nanoTime() < deadline) {
      TimeUnit.NANOSECONDS.timedWait(this, deadline - System.nanoTime());
    }
  }

  private synchronized void release(Holding holding, Consumer<DeviceLost> onLost) {
    holding.leases--;
    if (holding.leases == 0) {
      notifyAll();
      holding.thread.lost().ifPresent(onLost);
    }
  }

  private void evictUnused(Device device) throws InterruptedException {
    Iterator<Map.Entry<Key, Holding>> entries = held.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Key, Holding> entry = entries.next();
      if (entry.getKey().device().equals(device) && entry.getValue().leases == 0) {
        entry.getValue().thread.close();
        entries.remove();
      }
    }
  }
}
