package io.herd.udfs.hub;

import java.time.Clock;
import java.time.Duration;

/** Retries that tests needn't wait for. */
final class NoWaiting {
  private NoWaiting() {}

  static Retries retries() {
    return new Retries(
        Duration.ofMinutes(5), wait -> Duration.ZERO, new AskedWait(Clock.systemUTC()), () -> 0.5);
  }
}
