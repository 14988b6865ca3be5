package io.herd.udfs.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Measures a model's calls, one at a time, and recognizes a call that hangs. Any thread may ask.
 */
final class StepWatch {
  /** A call is given up after this multiple of the slowest earlier call of its kind. */
  private static final int TIMES_SLOWEST = 20;

  /** Minimum time allowed, because first calls compile kernels and processes may be paused. */
  private static final Duration LEAST = Duration.ofMinutes(5);

  /** Upper bounds of the histogram's buckets. */
  static final List<Integer> LIMITS_MILLIS =
      List.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000);

  private static final Set<String> PASSES = Set.of("prefill", "decode", "score");

  private static final List<String> PROMPT_CALLS = List.of("prefill", "score", "share");

  private record Call(String kind, long since) {}

  private final Duration fixed; // null for auto
  private final LongSupplier nanoTime;
  private final Map<String, Long> sums = new ConcurrentHashMap<>();
  private final Map<String, Long> slowest = new ConcurrentHashMap<>();
  private final AtomicLongArray byTime = new AtomicLongArray(LIMITS_MILLIS.size() + 1);
  private volatile Call running;

  /**
   * @param fixed what a call may take; null to measure it
   * @param nanoTime as {@link System#nanoTime}
   */
  StepWatch(Duration fixed, LongSupplier nanoTime) {
    this.fixed = fixed;
    this.nanoTime = nanoTime;
  }

  void begin(String kind) {
    running = new Call(kind, nanoTime.getAsLong());
  }

  void end() {
    Call ended = running;
    running = null;
    long took = nanoTime.getAsLong() - ended.since();
    sums.merge(ended.kind(), took, Long::sum);
    slowest.merge(ended.kind(), took, Math::max);
    if (PASSES.contains(ended.kind())) {
      byTime.incrementAndGet(bucket(took));
    }
  }

  private static int bucket(long nanos) {
    int bucket = 0;
    while (bucket < LIMITS_MILLIS.size() && nanos > LIMITS_MILLIS.get(bucket) * 1_000_000L) {
      bucket++;
    }
    return bucket;
  }

  /**
   * Returns the number of forward passes that took at most this long.
   *
   * @param limit index into {@link #LIMITS_MILLIS}; one past its end for all
   */
  long passes(int limit) {
    long sum = 0;
    for (int i = 0; i <= limit; i++) {
      sum += byTime.get(i);
    }
    return sum;
  }

  /** Returns the total time of calls that have ended. */
  long nanos() {
    return sums.values().stream().mapToLong(nanos -> nanos).sum();
  }

  /** Returns the total time of calls on prompts, including the scoring of labels. */
  long promptNanos() {
    return PROMPT_CALLS.stream().mapToLong(kind -> sums.getOrDefault(kind, 0L)).sum();
  }

  /** Describes the call that takes too long, if there is one. */
  Optional<String> overdue() {
    Call call = running;
    if (call == null) {
      return Optional.empty();
    }
    Duration took = Duration.ofNanos(nanoTime.getAsLong() - call.since());
    Duration most = most(call.kind());
    return took.compareTo(most) <= 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "a pass (%s) has taken %d s, where %d s are the limit",
                call.kind(),
                took.toSeconds(),
                most.toSeconds()));
  }

  private Duration most(String kind) {
    if (fixed != null) {
      return fixed;
    }
    Duration measured = Duration.ofNanos(TIMES_SLOWEST * slowest.getOrDefault(kind, 0L));
    return measured.compareTo(LEAST) > 0 ? measured : LEAST;
  }
}
