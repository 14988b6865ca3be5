package io.herd.job.workdir;

import io.herd.udfs.HerdException;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The order in which an output is published: what is noted when, and what becomes of rows that are
 * there already. {@code PROTOCOL.md} says why. How rows are written is the output's.
 *
 * @param target path or table
 * @param publication a digest of what is written where and how
 * @param adds whether rows are added to what is there
 */
public record Publishing(WorkDir workDir, String target, String publication, boolean adds) {
  private static final Logger LOG = LoggerFactory.getLogger(Publishing.class);

  /** What an output can do with the rows of a run. */
  public interface Output {
    /** Whether the run's commit was made and its rows are there; asked only of one that adds. */
    boolean holds(String run);

    /** Whether what is there is the run's; asked only of one that replaces. */
    boolean isOf(String run);

    /**
     * Ends what a run began: if its commit was made, all its rows are there afterwards, else none,
     * and none can come later.
     */
    void settle(String run);

    /**
     * Writes the rows of this run.
     *
     * @param fence is called before steps that can't be taken back
     * @return whether the run's rows are now these; not, if another had written them for it
     */
    boolean write(String run, Runnable fence);
  }

  /** Whether nothing is left to do for a run. */
  public boolean ended(RunState run) {
    return run.hasEnded(publication);
  }

  /** Whether a run that has begun is committed, so that writing it again would add rows twice. */
  public boolean holds(RunState run, Output output) {
    return adds && run.hasBegun(target, publication) && output.holds(run.run());
  }

  /**
   * Publishes a run, unless it is.
   *
   * @param run as the work-dir has it now
   * @param lease is asked before steps that can't be taken back
   * @return whether its rows are those that were written now
   */
  public boolean publish(RunState run, Output output, Lease lease) {
    if (holds(run, output)) { // from a run that died before it could say so
      output.settle(run.run());
      return false;
    }
    if (ended(run) && (adds || output.isOf(run.run()))) { // by another, while this one waited
      return false;
    }
    RunState now = settled(run, output).begun(target, publication);
    workDir.write(now, lease);
    workDir.dropPublished();
    try {
      return output.write(now.run(), lease::requireHeld);
    } catch (Exception e) { // Spark throws what isn't declared
      if (!heldAfter(e, now, output)) {
        throw toldWhatToDo(e);
      }
      // Where two write at a time, storage lets one of them commit.
      LOG.warn(
          "The rows of {} were published by another run meanwhile: {}", run.run(), e.toString());
      return false;
    }
  }

  /**
   * Whether the run is committed in spite of a failure; what keeps that unknown isn't the cause.
   */
  private boolean heldAfter(Exception failure, RunState now, Output output) {
    try {
      return holds(now, output);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  private RuntimeException toldWhatToDo(Exception failure) {
    boolean told = failure.getMessage() != null && failure.getMessage().contains("What to do: ");
    if (failure instanceof HerdException ours && (told || failure instanceof UserException)) {
      return ours;
    }
    return new SystemException(
        "the output " + target + " couldn't be published: " + firstLine(failure),
        "mend that and run the same command again: results are kept, nothing is generated again"
            + (adds ? ", and no row is added twice." : "."),
        failure);
  }

  /** Spark's messages go on with the executor's stack. */
  private static String firstLine(Exception failure) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return message.lines().findFirst().orElse("");
  }

  /** After what other runs have left that died where this one adds. */
  private RunState settled(RunState run, Output output) {
    RunState now = run;
    if (adds) {
      for (RunState.Begun each : run.othersAt(target)) {
        output.settle(each.run());
        now = now.settled(each);
      }
    }
    return now;
  }
}
