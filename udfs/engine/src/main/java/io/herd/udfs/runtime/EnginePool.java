package io.herd.udfs.runtime;

import io.herd.udfs.model.DeviceLost;
import io.herd.udfs.model.TorchDevice;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
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
  record Key(EngineSettings settings, List<TorchDevice> devices) {
    private boolean sharesADevice(Key other) {
      return !Collections.disjoint(devices, other.devices);
    }
  }

  private static final class Holding {
    private final EngineLanes lanes;
    private int leases;

    Holding(EngineLanes lanes) {
      this.lanes = lanes;
    }
  }

  private final Map<Key, Holding> held = new HashMap<>(); // guarded by this

  /**
   * The engine for a task, loaded by the first that asks.
   *
   * @param loaders of its lanes
   * @param onLost told of a lost device once no task has anything left to write, or when that takes
   *     too long; it may end the process
   * @throws DeviceLost when it returns
   * @throws InterruptedException when the task is killed while it waits; the load goes on
   */
  EngineLease lease(Key key, List<EngineThread.Loader> loaders, Consumer<DeviceLost> onLost)
      throws InterruptedException {
    Holding holding = acquire(key, loaders, onLost);
    Runnable release = () -> release(holding, onLost);
    try {
      return new EngineLease(holding.lanes, holding.lanes.awaitReady(), release);
    } catch (InterruptedException | RuntimeException e) {
      release.run();
      throw e;
    }
  }

  /** What the engines that are loaded do and have done, see {@link EngineMetrics}. */
  synchronized Map<String, Long> metrics() {
    Map<String, Long> sums = new HashMap<>();
    for (Holding holding : held.values()) {
      for (EngineThread.Ready lane : holding.lanes.loaded().orElse(List.of())) {
        EngineMetrics.of(lane.stats().get(), lane.model().watch())
            .forEach((name, value) -> sums.merge(name, value, Long::sum));
      }
    }
    return sums;
  }

  /** Unloads every engine, waiting for their current passes. */
  synchronized void closeAll() throws InterruptedException {
    for (Holding holding : held.values()) {
      holding.lanes.close();
    }
    held.clear();
  }

  private synchronized Holding acquire(
      Key key, List<EngineThread.Loader> loaders, Consumer<DeviceLost> onLost)
      throws InterruptedException {
    Optional<Holding> lost = lost(key);
    if (lost.isPresent()) {
      awaitRelease(lost.get());
      DeviceLost cause = lost.get().lanes.lost().orElseThrow();
      onLost.accept(cause);
      throw cause;
    }
    Holding holding = held.get(key);
    if (holding != null && !holding.lanes.alive()) {
      holding.lanes.close(); // its memory is needed
      holding = null;
    }
    if (holding == null) {
      evictUnused(key);
      String name = "herd-engine-" + Devices.names(key.devices());
      holding = new Holding(new EngineLanes(name, loaders));
      held.put(key, holding);
    }
    holding.leases++;
    return holding;
  }

  private Optional<Holding> lost(Key key) {
    return held.entrySet().stream()
        .filter(entry -> entry.getKey().sharesADevice(key))
        .map(Map.Entry::getValue)
        .filter(holding -> holding.lanes.lost().isPresent())
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
      holding.lanes.lost().ifPresent(onLost);
    }
  }

  private void evictUnused(Key key) throws InterruptedException {
    Iterator<Map.Entry<Key, Holding>> entries = held.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Key, Holding> entry = entries.next();
      if (entry.getKey().sharesADevice(key) && entry.getValue().leases == 0) {
        entry.getValue().lanes.close();
        entries.remove();
      }
    }
  }
}
