package io.herd.udfs.runtime;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Takes the time of a model's calls, one at a time, and knows when one takes too long to end ever.
 * Any thread may ask.
 */
final class StepWatch {
  /** A call is given up after so many times the slowest one of its kind before it. */
  private static final int TIMES_SLOWEST = 20;

  /** But not before this: first calls compile kernels, and processes are stopped for a while. */
  private static final Duration LEAST = Duration.ofMinutes(5);

  private record Call(String kind, long since) {}

  private final Duration fixed; // null for auto
  private final LongSupplier nanoTime;
  private final AtomicLong sum = new AtomicLong();
  private final Map<String, Long> slowest = new ConcurrentHashMap<>();
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
    sum.addAndGet(took);
    slowest.merge(ended.kind(), took, Math::max);
  }

  /** Time of all calls that have ended. */
  long nanos() {
    return sum.get();
  }

  /** What takes too long and how long it has taken, if something does. */
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
                "a pass (%s) has taken %d s, where %d s are the limit",
                call.kind(), took.toSeconds(), most.toSeconds()));
  }

  private Duration most(String kind) {
    if (fixed != null) {
      return fixed;
    }
    Duration measured = Duration.ofNanos(TIMES_SLOWEST * slowest.getOrDefault(kind, 0L));
    return measured.compareTo(LEAST) > 0 ? measured : LEAST;
  }
}
