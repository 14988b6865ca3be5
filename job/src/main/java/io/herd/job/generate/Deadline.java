package io.herd.job.generate;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The time at which generation must have ended.
 *
 * @param most time from {@code begun}; empty for as long as it takes
 * @param nanoTime as {@link System#nanoTime}: the time of day may jump
 */
public record Deadline(Optional<Duration> most, LongSupplier nanoTime, long begun) {

  /** Creates a deadline that starts now. */
  public static Deadline in(Optional<Duration> most) {
    return new Deadline(most, System::nanoTime, System.nanoTime());
  }

  boolean over() {
    return most.isPresent() && nanoTime.getAsLong() - begun >= most.get().toNanos();
  }
}
