package io.herd.udfs.metrics;

import io.herd.udfs.runtime.EngineMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What executors have told last, summed over all of them. Of one that has fallen silent what it has
 * done still counts, but not what it was at.
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
