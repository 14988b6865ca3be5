package io.herd.udfs.hub.cache;

import dev.failsafe.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * The settings of a download.
 *
 * @param retries of a stream that broke off without having brought a byte
 * @param lockPatience with another process that seems to be fetching the same model
 * @param pieceBytes what one stream of a large file brings
 */
record FetchSettings(
    Disk disk, RetryPolicy<Object> retries, Duration lockPatience, long pieceBytes) {

  static FetchSettings standard() {
    return new FetchSettings(
        new Disk(), retries(Duration.ofMillis(500)), Duration.ofMinutes(5), 64L << 20);
  }

  /** Returns five retries, each after about twice the previous delay. */
  static RetryPolicy<Object> retries(Duration pause) {
    return RetryPolicy.builder()
        .handle(IOException.class)
        .withMaxRetries(5)
        .withBackoff(pause.toMillis(), pause.toMillis() * 40, ChronoUnit.MILLIS)
        .withJitter(0.3)
        .build();
  }
}
