package io.herd.udfs.metrics;

import io.herd.udfs.runtime.EngineMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Sums the latest reports of all executors. Of an executor that has fallen silent the totals still
 * count, but not its current state.
 */
final class ExecutorSums {
  private static final Duration SILENT = Duration.ofSeconds(30);

  private record Told(Map<?, ?> values, long at) {}

  private final Map<String, Told> executors = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  ExecutorSums(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void take(String executor, Map<?, ?> values) {
    executors.put(executor, new Told(values, nanoTime.getAsLong()));
  }

  long sum(String name) {
    long oldest = nanoTime.getAsLong() - SILENT.toNanos();
    boolean state = EngineMetrics.STATES.contains(name);
    return executors.values().stream()
        .filter(told -> !state || told.at() >= oldest)
        .mapToLong(told -> told.values().get(name) instanceof Long value ? value : 0)
        .sum();
  }
}
