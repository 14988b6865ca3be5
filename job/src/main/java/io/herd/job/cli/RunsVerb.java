package io.herd.job.cli;

import io.herd.job.exit.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What one word of the command line does with runs that are there, and no configuration: {@code
 * status}, {@code review} or {@code compare}.
 */
@FunctionalInterface
public interface RunsVerb {
  /** Throws what went wrong; {@link Commands} turns that into a message and an exit code. */
  ExitCode run(Asked asked);

  /**
   * What is asked.
   *
   * @param runs paths or URIs
   * @param json whether a program reads the answer
   * @param file that is read
   * @param write the file that is written
   * @param rows of it at most
   */
  record Asked(
      List<String> runs, boolean json, Optional<Path> file, Optional<Path> write, int rows) {}
}
