package io.herd.udfs.endpoint;

import dev.failsafe.ExecutionContext;
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The attempts at one request. A server that is overloaded or away is asked again until it has
 * given no answer to anybody for as long as the patience lasts. A request at which a server breaks
 * that is there otherwise is given up after a few attempts, so that it doesn't stop the others.
 */
final class Attempts {
  private static final int MOST_CHARGED = 3;
  private static final int LONGEST_SECONDS = 16;

  /**
   * How long attempts continue.
   *
   * @param patience without any answer
   * @param pause what is really waited for a wait: all of it, but in tests
   */
  record Waiting(Duration patience, UnaryOperator<Duration> pause) {
    static final Waiting USUAL = new Waiting(Duration.ofMinutes(10), UnaryOperator.identity());
  }

  private final Waiting waiting;
  private final LongSupplier lastServed;
  private final long begun = System.nanoTime();
  private final AtomicInteger charged = new AtomicInteger();
  private volatile boolean broke; // the attempt before

  /**
   * Creates the attempts at one request.
   *
   * @param lastServed when a server last answered anything, by {@link System#nanoTime}
   */
  Attempts(Waiting waiting, LongSupplier lastServed) {
    this.waiting = waiting;
    this.lastServed = lastServed;
  }

  /** Returns the first answer, or the first permanent failure. */
  <T> CompletableFuture<T> run(Supplier<CompletableFuture<T>> attempt) {
    RetryPolicy<T> policy =
        RetryPolicy.<T>builder()
            .handle(AnswerProblem.class)
            .withMaxRetries(-1)
            .withDelayFnOn(this::delay, AnswerProblem.class)
            .onFailedAttempt(
                event ->
                    broke =
                        event.getLastException() instanceof AnswerProblem problem
                            && !problem.overloaded())
            .abortIf((answer, failure) -> charged.get() >= MOST_CHARGED || impatient())
            .build();
    return Failsafe.with(policy).getStageAsync(attempt::get);
  }

  /** Counts an attempt that failed although the server is available. */
  void charge() {
    charged.incrementAndGet();
  }

  /** Returns whether the server was available at every attempt. */
  boolean isTheRequestsFault() {
    return charged.get() >= MOST_CHARGED;
  }

  /** Returns whether the previous attempt failed without a statement of the server. */
  boolean broke() {
    return broke;
  }

  private boolean impatient() {
    long since = System.nanoTime() - Math.max(begun, lastServed.getAsLong());
    return since > waiting.patience().toNanos();
  }

  private <T> Duration delay(ExecutionContext<T> context) {
    int shift = Math.min(context.getAttemptCount() - 1, 10);
    double seconds = Math.min(1L << Math.max(0, shift), LONGEST_SECONDS);
    double jitter = 0.5 + ThreadLocalRandom.current().nextDouble();
    Duration wait = Duration.ofMillis((long) (seconds * 1000 * jitter));
    if (context.getLastException() instanceof AnswerProblem problem) {
      Duration grace = Duration.ofMillis((long) (1000 * jitter));
      wait = problem.askedWait().map(grace::plus).orElse(wait);
    }
    return waiting
        .pause()
        .apply(wait.compareTo(waiting.patience()) > 0 ? waiting.patience() : wait);
  }
}
