package io.herd.job;

import io.herd.job.config.Settings;
import io.herd.job.report.ExitCode;

/**
 * What one word of the command line does: {@code run}, {@code sample}, {@code plan}, {@code check}
 * or {@code fetch}.
 */
@FunctionalInterface
public interface Verb {
  /**
   * Throws what went wrong; {@link Commands} turns that into a message and an exit code.
   *
   * @param rows as {@code -n} says, which only {@code sample} asks for
   */
  ExitCode run(Settings settings, int rows);
}
