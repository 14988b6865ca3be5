package io.herd.udfs.endpoint;

import java.time.Duration;
import java.util.Optional;

/** An attempt brought no answer that counts, and another one may. */
final class AnswerProblem extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Optional<Duration> askedWait;

  private AnswerProblem(String message, Optional<Duration> askedWait, Throwable cause) {
    super(message, cause);
    this.askedWait = askedWait;
  }

  /** The server has too much to do, and says so. */
  static AnswerProblem overloaded(String what, Optional<Duration> askedWait) {
    return new AnswerProblem(what, askedWait, null);
  }

  /** What came is no answer, or nothing came. */
  static AnswerProblem broken(String what, Throwable cause) {
    return new AnswerProblem(what, Optional.empty(), cause);
  }

  /** How long the server asks to wait. */
  Optional<Duration> askedWait() {
    return askedWait;
  }
}
