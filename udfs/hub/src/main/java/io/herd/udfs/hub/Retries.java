package io.herd.udfs.hub;

import dev.failsafe.ExecutionContext;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.event.ExecutionScheduledEvent;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats requests that may succeed later, after a delay that the Hub names or that grows. */
final class Retries {
  private static final Logger LOG = LoggerFactory.getLogger(Retries.class);
  private static final int MOST = 5;
  private static final int LONGEST_SECONDS = 8;
  private static final Set<Integer> WORTH_IT = Set.of(408, 429, 500, 502, 503, 504);

  /** One request. */
  @FunctionalInterface
  interface Call {
    Answer send() throws IOException, InterruptedException;
  }

  private final Duration maxWait;
  private final UnaryOperator<Duration> pause;
  private final AskedWait asked;
  private final DoubleSupplier random;

  /**
   * Creates retries with a given clock and randomness.
   *
   * @param maxWait the longest wait in all
   * @param pause what is really waited for a wait: all of it, but in tests
   * @param random from 0 to 1, so that clients don't come back all at once
   */
  Retries(Duration maxWait, UnaryOperator<Duration> pause, AskedWait asked, DoubleSupplier random) {
    this.maxWait = maxWait;
    this.pause = pause;
    this.asked = asked;
    this.random = random;
  }

  static Retries within(Duration maxWait) {
    return new Retries(
        maxWait,
        UnaryOperator.identity(),
        new AskedWait(Clock.systemUTC()),
        () -> ThreadLocalRandom.current().nextDouble());
  }

  static boolean worthIt(int status) {
    return WORTH_IT.contains(status);
  }

  /**
   * Returns the first response that a retry wouldn't change, or the last one.
   *
   * @param what for the log
   * @param again which statuses are worth it
   * @throws IOException when there is none
   */
  Answer of(String what, Predicate<Integer> again, Call call)
      throws IOException, InterruptedException {
    Waits waits = new Waits();
    RetryPolicy<Answer> policy =
        RetryPolicy.<Answer>builder()
            .withMaxRetries(MOST)
            .handle(IOException.class)
            .handleResultIf(answer -> answer != null && again.test(answer.status()))
            .withDelayFn(waits::next)
            .abortOn(NetworkErrors::lasting)
            .abortIf((answer, failure) -> waits.tooLong())
            .onRetryScheduled(event -> log(what, event, waits.last))
            .build();
    try {
      return Failsafe.with(policy).get(call::send);
    } catch (FailsafeException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      if (e.getCause() instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      throw e;
    }
  }

  private static void log(String what, ExecutionScheduledEvent<Answer> event, Duration wait) {
    Answer answer = event.getLastResult();
    String why = answer == null ? "no answer" : "status " + answer.status();
    int next = event.getAttemptCount() + 1;
    LOG.info("{}: {}; try {} of {} in {} s", what, why, next, MOST + 1, wait.toSeconds());
  }

  /**
   * The delays of one request. Failsafe's own backoff and jitter would shorten a wait that the Hub
   * asks for, and its longest duration would wait for what is left of it before giving up.
   */
  private final class Waits {
    private Duration last = Duration.ZERO;
    private Duration sum = Duration.ZERO;

    Duration next(ExecutionContext<Answer> attempts) {
      if (attempts.getAttemptCount() > MOST) {
        return Duration.ZERO; // none follows
      }
      long seconds = Math.min(1L << (attempts.getAttemptCount() - 1), LONGEST_SECONDS);
      double jitter = 0.5 + random.getAsDouble();
      last = Duration.ofMillis((long) (seconds * 1000 * jitter));
      if (attempts.getLastResult() != null) {
        Duration grace = Duration.ofMillis((long) (1000 * jitter));
        last = asked.of(attempts.getLastResult().headers()).map(grace::plus).orElse(last);
      }
      sum = sum.plus(last);
      return tooLong() ? Duration.ZERO : pause.apply(last);
    }

    boolean tooLong() {
      return sum.compareTo(maxWait) > 0;
    }
  }
}
