package io.herd.job.cli;

import io.herd.job.exit.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A verb over existing runs, without a configuration: {@code status}, {@code review} or {@code
 * compare}.
 */
@FunctionalInterface
public interface RunsVerb {
  /** Throws what went wrong; {@link Commands} turns that into a message and an exit code. */
  ExitCode run(Asked asked);

  /**
   * The arguments of such a verb.
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
