package io.herd.job.cli;

import io.herd.job.config.Settings;
import io.herd.job.exit.ExitCode;

/**
 * A verb with a configuration: {@code run}, {@code sample}, {@code plan}, {@code check}, {@code
 * fetch} or {@code clean}.
 */
@FunctionalInterface
public interface Verb {
  /** Throws what went wrong; {@link Commands} turns that into a message and an exit code. */
  ExitCode run(Settings settings, Options options);
}
