package io.herd.udfs.endpoint;

import java.time.Duration;
import java.util.Optional;

/** An attempt brought no answer that counts, and another one may. */
final class AnswerProblem extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean overloaded;
  private final transient Optional<Duration> askedWait;

  private AnswerProblem(
      String message, boolean overloaded, Optional<Duration> askedWait, Throwable cause) {
    super(message, cause);
    this.overloaded = overloaded;
    this.askedWait = askedWait;
  }

  /** The server has too much to do, and says so. */
  static AnswerProblem overloaded(String what, Optional<Duration> askedWait) {
    return new AnswerProblem(what, true, askedWait, null);
  }

  /** What came is no answer, or nothing came. */
  static AnswerProblem broken(String what, Throwable cause) {
    return new AnswerProblem(what, false, Optional.empty(), cause);
  }

  /** Whether the server is there, and has too much to do. */
  boolean overloaded() {
    return overloaded;
  }

  /** How long the server asks to wait. */
  Optional<Duration> askedWait() {
    return askedWait;
  }
}
