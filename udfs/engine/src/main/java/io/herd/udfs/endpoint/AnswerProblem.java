package io.herd.udfs.endpoint;

import java.time.Duration;
import java.util.Optional;

/** An attempt that failed, where another one may succeed. */
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

  /** The server reports that it is overloaded. */
  static AnswerProblem overloaded(String what, Optional<Duration> askedWait) {
    return new AnswerProblem(what, true, askedWait, null);
  }

  /** The response is invalid, or there is none. */
  static AnswerProblem broken(String what, Throwable cause) {
    return new AnswerProblem(what, false, Optional.empty(), cause);
  }

  /** Returns whether the server is available but overloaded. */
  boolean overloaded() {
    return overloaded;
  }

  /** Returns how long the server asks to wait. */
  Optional<Duration> askedWait() {
    return askedWait;
  }
}
