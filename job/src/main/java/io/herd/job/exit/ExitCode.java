package io.herd.job.exit;

import io.herd.udfs.Causes;
import io.herd.udfs.UserException;
import java.util.Optional;

/** How a call of Herd ended. Schedulers act on the numbers, so they never change. */
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

  /** Whose fault it was; Spark may have wrapped what was thrown. */
  public static ExitCode of(Throwable thrown) {
    if (thrown instanceof EarlyEnd early) {
      return early.code();
    }
    return userException(thrown).isPresent() ? USER : SYSTEM;
  }

  /** What a user has to mend, also where others than Herd threw it. */
  public static Optional<UserException> userException(Throwable thrown) {
    return Causes.find(thrown, UserException.class).or(() -> LastingFault.of(thrown));
  }
}
