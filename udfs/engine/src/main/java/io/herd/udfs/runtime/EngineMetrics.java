package io.herd.udfs.runtime;

import io.herd.udfs.engine.EngineStats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The numbers that engines publish; each lane counts as one engine. Those in {@link #STATES} say
 * how it is now; the others only grow as long as an engine lives. {@code steps_within_N_ms} are the
 * forward passes that took N milliseconds or less, so that they make a histogram together.
 */
public final class EngineMetrics {
  /** The names of numbers that describe the present state. */
  public static final List<String> STATES =
      List.of("engines", "queue", "slots_used", "slots", "kv_tokens_used", "kv_tokens");

  private static final EngineStats NOTHING = new EngineStats(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** The names of all numbers. */
  public static final List<String> NAMES =
      List.copyOf(of(NOTHING, new StepWatch(null, System::nanoTime)).keySet());

  private EngineMetrics() {}

  static Map<String, Long> of(EngineStats stats, StepWatch watch) {
    Map<String, Long> out = new LinkedHashMap<>();
    out.put("engines", 1L);
    out.put("queue", stats.waiting());
    out.put("slots_used", stats.live());
    out.put("slots", stats.slots());
    out.put("kv_tokens_used", stats.kvTokens());
    out.put("kv_tokens", stats.kvLimit());
    out.put("prompt_tokens", stats.promptTokens());
    out.put("prefix_hit_tokens", stats.sharedTokens());
    out.put("generated_tokens", stats.newTokens());
    out.put("oom_retries", stats.outOfMemory());
    out.put("computing_ms", TimeUnit.NANOSECONDS.toMillis(watch.nanos()));
    List<Integer> limits = StepWatch.LIMITS_MILLIS;
    for (int i = 0; i < limits.size(); i++) {
      out.put("steps_within_" + limits.get(i) + "_ms", watch.passes(i));
    }
    out.put("steps", watch.passes(limits.size()));
    return out;
  }
}
