package io.herd.udfs.hub;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks again when it may help, after a wait that the Hub names or that grows. */
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

  /** Waits. */
  @FunctionalInterface
  interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
  }

  private final Duration maxWait;
  private final Sleeper sleeper;
  private final AskedWait asked;
  private final DoubleSupplier random;

  Retries(Duration maxWait, Sleeper sleeper, AskedWait asked, DoubleSupplier random) {
    this.maxWait = maxWait;
    this.sleeper = sleeper;
    this.asked = asked;
    this.random = random;
  }

  static Retries within(Duration maxWait) {
    return new Retries(
        maxWait,
        time -> Thread.sleep(time.toMillis()),
        new AskedWait(java.time.Clock.systemUTC()),
        () -> ThreadLocalRandom.current().nextDouble());
  }

  static boolean worthIt(int status) {
    return WORTH_IT.contains(status);
  }

  /**
   * The first answer that asking again wouldn't change, or the last one.
   *
   * @param what for the log
   * @param again which statuses are worth it
   * @throws IOException when there is none
   */
  Answer of(String what, Predicate<Integer> again, Call call)
      throws IOException, InterruptedException {
    Waits waits = new Waits(what);
    RetryPolicy<Answer> policy =
        RetryPolicy.<Answer>builder()
            .withMaxRetries(MOST)
            .handleIf(failure -> failure instanceof IOException)
            .handleResultIf(answer -> answer != null && again.test(answer.status()))
            .abortIf((answer, failure) -> !waits.plan(answer, failure))
            .build();
    try {
      return Failsafe.with(policy)
          .get(
              attempt -> {
                if (attempt.getAttemptCount() > 0) {
                  sleeper.sleep(waits.next);
                }
                return call.send();
              });
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

  /** The waits of one request. */
  private final class Waits {
    private final String what;
    private Duration next = Duration.ZERO;
    private Duration sum = Duration.ZERO;
    private int tries;

    Waits(String what) {
      this.what = what;
    }

    /** Decides on the next wait; false when none is of use. */
    boolean plan(Answer answer, Throwable failure) {
      tries++;
      boolean lasting = failure != null && NetworkFailure.lasting(failure);
      boolean done = answer != null && !worthIt(answer.status());
      if (lasting || done || tries > MOST) {
        return !lasting;
      }
      long seconds = Math.min(1L << (tries - 1), LONGEST_SECONDS);
      double jitter = 0.5 + random.getAsDouble();
      next = Duration.ofMillis((long) (seconds * 1000 * jitter));
      if (answer != null) {
        Duration grace = Duration.ofMillis((long) (1000 * jitter));
        next = asked.of(answer.headers()).map(grace::plus).orElse(next);
      }
      sum = sum.plus(next);
      if (sum.compareTo(maxWait) > 0) {
        return false;
      }
      String why = answer == null ? "no answer" : "status " + answer.status();
      LOG.info("{}: {}; try {} of {} in {} s", what, why, tries + 1, MOST + 1, next.toSeconds());
      return true;
    }
  }
}
