package io.herd.udfs.grammar;

import io.herd.udfs.UserException;
import java.util.Locale;

/**
 * A budget of steps for compiling one format: a schema of one kilobyte may need hours. Steps and no
 * seconds, so that executors take what the driver took, however busy they are.
 */
final class Effort {
  /** Takes seconds of a core: a hundred times the need of half of all public schemas. */
  static final long MOST_STEPS = 30_000_000;

  private final String key;
  private long left = MOST_STEPS;

  /**
   * Creates a full budget.
   *
   * @param key of the configuration, for the message
   */
  Effort(String key) {
    this.key = key;
  }

  /** Returns the remaining steps. */
  long left() {
    return left;
  }

  /**
   * Spends some steps.
   *
   * @throws UserException when they are more than are left
   */
  void spend(long steps) {
    left -= steps;
    if (left < 0) {
      throw exhausted();
    }
  }

  private UserException exhausted() {
    left = 0;
    return new UserException(
        String.format(
            Locale.ROOT,
            "%s: its parts multiply: it takes more than %,d steps to compile, and that is the"
                + " limit.",
            key,
            MOST_STEPS),
        "write fewer alternatives beside each other (anyOf, oneOf, if and dependencies of a schema,"
            + " | of a pattern), fewer and simpler patterns, and a type for each property: one"
            + " without may be any JSON, which is large.");
  }
}
