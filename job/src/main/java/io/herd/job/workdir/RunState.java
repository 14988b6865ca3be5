package io.herd.job.workdir;

import io.herd.udfs.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The run that a work-dir is at, as {@code state-*.json} says it. It is written under the lease
 * only.
 *
 * @param schema of this file; 1 is 0.1.0's, which had fewer fields
 * @param run its name in outputs, which an unfinished run keeps when it is taken up again
 * @param snapshot the folder below {@code input/} that it works on
 * @param rows of that, or -1 where an earlier version didn't count them
 * @param fingerprint of the settings, the model and the session that the snapshot was taken with
 * @param input what the input was then, or null where an earlier version didn't note it
 * @param outputs the targets that runs on this work-dir have ever begun to write
 * @param begun what runs have begun to publish and not ended, this run's and earlier ones'
 * @param done publications of this run that ended, beside the one that {@code manifest.json} has
 */
public record RunState(
    int schema,
    String run,
    String snapshot,
    long rows,
    String fingerprint,
    InputVersion input,
    List<String> outputs,
    List<Begun> begun,
    List<String> done) {
  /** The schema that this version writes. */
  public static final int SCHEMA = 2;

  /** Stands for any publication of 0.1.0, which stored no digest. */
  private static final String ANY_PUBLICATION = "any";

  /**
   * A publication that was begun.
   *
   * @param target path or table
   * @param publication digest of target, format, mode and options
   */
  public record Begun(String run, String target, String publication) {
    private boolean isOf(String some) {
      return publication.equals(some) || publication.equals(ANY_PUBLICATION);
    }
  }

  public RunState {
    outputs = List.copyOf(outputs);
    begun = List.copyOf(begun);
    done = List.copyOf(done);
  }

  /** Returns the state of a run that has just taken its snapshot. */
  public static RunState of(
      String run, String snapshot, long rows, String fingerprint, InputVersion input) {
    return new RunState(
        SCHEMA, run, snapshot, rows, fingerprint, input, List.of(), List.of(), List.of());
  }

  /**
   * The state in its stored form.
   *
   * @param published as 0.1.0 wrote it, with {@code output}
   */
  record Stored(
      int schema,
      String run,
      String snapshot,
      Long rows,
      String fingerprint,
      InputVersion input,
      List<String> outputs,
      List<Begun> begun,
      List<String> done,
      boolean published,
      String output) {

    RunState state() {
      if (schema > SCHEMA) {
        throw new UserException(
            "the work-dir is of a later version of Herd: its state has the schema "
                + schema
                + ", this version knows "
                + SCHEMA,
            "use that version, or another herd.run.work-dir.");
      }
      if (schema == 0) {
        return first();
      }
      return new RunState(schema, run, snapshot, rows, fingerprint, input, outputs, begun, done);
    }

    /** Converts a state of 0.1.0, which had no schema. */
    private RunState first() {
      List<String> targets = output == null ? List.of() : List.of(output);
      List<Begun> unfinished =
          output == null || published
              ? List.of()
              : List.of(new Begun(snapshot, output, ANY_PUBLICATION));
      return new RunState(
          1,
          snapshot,
          snapshot,
          -1,
          fingerprint,
          null,
          targets,
          unfinished,
          published ? List.of(ANY_PUBLICATION) : List.of());
    }
  }

  Stored stored() {
    return new Stored(
        schema, run, snapshot, rows, fingerprint, input, outputs, begun, done, false, null);
  }

  /** Moves this run to another snapshot of an unchanged input. */
  public RunState on(String taken, long counted, InputVersion now) {
    return new RunState(schema, run, taken, counted, fingerprint, now, outputs, begun, done);
  }

  /** Adds what earlier runs have begun. */
  public RunState after(Optional<RunState> before) {
    return before
        .map(
            last ->
                new RunState(
                    schema,
                    run,
                    snapshot,
                    rows,
                    fingerprint,
                    input,
                    last.outputs(),
                    last.begun(),
                    List.of()))
        .orElse(this);
  }

  /** Records that the run begins to publish. */
  public RunState begun(String target, String publication) {
    List<String> targets = new ArrayList<>(outputs);
    if (!targets.contains(target)) {
      targets.add(target);
    }
    List<Begun> all = new ArrayList<>(begun);
    Begun now = new Begun(run, target, publication);
    if (!all.contains(now)) {
      all.add(now);
    }
    List<String> others = done.stream().filter(each -> !each.equals(publication)).toList();
    return new RunState(schema, run, snapshot, rows, fingerprint, input, targets, all, others);
  }

  /** Removes a begun publication that is settled. */
  public RunState settled(Begun some) {
    return new RunState(
        schema,
        run,
        snapshot,
        rows,
        fingerprint,
        input,
        outputs,
        begun.stream().filter(each -> !each.equals(some)).toList(),
        done);
  }

  /** Moves a publication from begun to ended. */
  public RunState ended(String publication) {
    List<String> all = new ArrayList<>(done);
    if (!all.contains(publication)) {
      all.add(publication);
    }
    List<Begun> others =
        begun.stream().filter(each -> !each.run().equals(run) || !each.isOf(publication)).toList();
    return new RunState(schema, run, snapshot, rows, fingerprint, input, outputs, others, all);
  }

  /** Returns whether this run has begun a publication, or may have, in an earlier version. */
  public boolean hasBegun(String target, String publication) {
    return begun.contains(new Begun(run, target, publication))
        || begun.contains(new Begun(run, target, ANY_PUBLICATION));
  }

  /** Returns whether this run's publication has ended, so that nothing is left to do for it. */
  public boolean hasEnded(String publication) {
    return done.contains(publication) || done.contains(ANY_PUBLICATION);
  }

  /** Returns whether one of its publications has ended, and none is unfinished. */
  public boolean isFinished() {
    return !done.isEmpty() && begun.stream().noneMatch(each -> each.run().equals(run));
  }

  /** Returns what other runs have begun at a target. */
  public List<Begun> othersAt(String target) {
    return begun.stream()
        .filter(each -> each.target().equals(target) && !each.run().equals(run))
        .toList();
  }
}
