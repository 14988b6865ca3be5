package io.herd.job.workdir;

import io.herd.udfs.HerdException;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The order of publishing: what is noted when, and how existing rows are handled. {@code
 * PROTOCOL.md} says why. How rows are written is the output's.
 *
 * @param target path or table
 * @param publication a digest of what is written where and how
 * @param adds whether rows are added to what is there
 */
public record Publishing(WorkDir workDir, String target, String publication, boolean adds) {
  private static final Logger LOG = LoggerFactory.getLogger(Publishing.class);

  /** The operations of an output on the rows of a run. */
  public interface Output {
    /**
     * Returns whether the run's commit was made and its rows are there; only called for outputs
     * that add rows.
     */
    boolean holds(String run);

    /**
     * Returns whether the existing output is the run's; only called for outputs that replace rows.
     */
    boolean isOf(String run);

    /**
     * Settles a run: if its commit was made, all its rows are there afterwards; otherwise none is,
     * and none can appear later.
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

  /** Returns whether a run needs no more work. */
  public boolean ended(RunState run) {
    return run.hasEnded(publication);
  }

  /** Returns whether a begun run is committed, so that writing it again would add rows twice. */
  public boolean holds(RunState run, Output output) {
    return adds && run.hasBegun(target, publication) && output.holds(run.run());
  }

  /**
   * Publishes a run, unless it is published already.
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
    workDir.run().write(now, lease);
    workDir.run().dropPublished();
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
   * Returns whether the run is committed in spite of a failure; a failure of this check isn't
   * reported as the cause.
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
        "fix that and run the same command again: results are kept, nothing is generated again"
            + (adds ? ", and no row is added twice." : "."),
        failure);
  }

  /** Cuts off the executor's stack trace in Spark's messages. */
  private static String firstLine(Exception failure) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return message.lines().findFirst().orElse("");
  }

  /** Settles other runs that died while adding rows to this output. */
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
