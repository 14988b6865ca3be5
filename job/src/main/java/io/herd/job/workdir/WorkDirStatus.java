package io.herd.job.workdir;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The status of the runs on a work-dir, from its files.
 *
 * @param run that the work-dir is at
 * @param drivers that go on, or died without a word
 * @param lease the last claim
 * @param last how the last run that came to an end did
 */
public record WorkDirStatus(
    Optional<RunState> run, List<Driver> drivers, Optional<Holder> lease, Optional<LastEnd> last) {

  /**
   * A driver.
   *
   * @param heard when it last wrote, by the storage's clock
   */
  public record Driver(RunProgress progress, Instant heard) {}

  /**
   * The current or last owner of the lease.
   *
   * @param process in words
   * @param step what for
   * @param since when it was taken, by the storage's clock
   * @param heard when its owner last showed that it lives
   * @param released whether it was given back
   */
  public record Holder(
      String process, String step, Instant since, Instant heard, boolean released) {}

  /** The last end in {@code run.json}. */
  public record LastEnd(String started, String outcome, double seconds, String error) {}
}
