package io.herd.job.exit;

import io.herd.udfs.Causes;
import io.herd.udfs.UserException;
import java.util.Optional;

/** The outcome of a call of Herd. Schedulers act on the numbers, so they never change. */
public enum ExitCode {
  DONE(0),
  SYSTEM(1),
  USER(2),
  STOPPED(3),
  FAILED_ROWS(4);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** Determines whose fault an exception is, even if Spark wrapped it. */
  public static ExitCode of(Throwable thrown) {
    if (thrown instanceof EarlyEnd early) {
      return early.code();
    }
    return userException(thrown).isPresent() ? USER : SYSTEM;
  }

  /** Returns the error that the user has to fix, even if code outside Herd threw it. */
  public static Optional<UserException> userException(Throwable thrown) {
    return Causes.find(thrown, UserException.class).or(() -> LastingFault.of(thrown));
  }
}
