package io.herd.job.input;

import io.herd.job.workdir.InputVersion;
import io.herd.job.workdir.RunState;
import java.util.Optional;

/**
 * How an unfinished run is continued. Results are found by their content, so a new snapshot costs a
 * reading of the input and no generating. What must not happen is that rows are published of an
 * input that has changed, or that rows which a sink has already are added under another name.
 *
 * @param why the reason for people, or empty
 */
record Resumption(Kind kind, String why) {
  /** The ways to continue. */
  enum Kind {
    /** Resume the run with its snapshot. */
    GO_ON,
    /** Resume the run, whose rows the output already has, with a new snapshot of equal rows. */
    RETAKE,
    /** Start a new run. */
    NEW_RUN
  }

  /**
   * The facts about the unfinished run.
   *
   * @param sameSettings whether settings, model and session are those of the snapshot
   * @param snapshot whether that is still there
   * @param now what the input is now; empty when it is gone
   * @param held whether the run's rows are in the output, where writing adds to it
   */
  record Found(boolean sameSettings, boolean snapshot, Optional<InputVersion> now, boolean held) {}

  static Resumption of(RunState before, Found found) {
    if (!found.sameSettings()) {
      return anew(
          "the settings, the model or its chat template aren't those of the unfinished run");
    }
    if (before.input() == null && !found.held()) {
      return anew("an earlier version of Herd took it and didn't record the input");
    }
    if (before.input() != null && found.now().isPresent()) {
      InputVersion now = found.now().get();
      if (!now.digest().equals(before.input().digest())) {
        return anew(
            "the input has changed since: %s then, %s now%s"
                .formatted(
                    before.input().text(),
                    now.text(),
                    found.held() ? ". Rows that the unfinished run appended stay" : ""));
      }
    }
    if (!found.snapshot()) {
      return found.held()
          ? new Resumption(Kind.RETAKE, "its snapshot is gone or an earlier version's")
          : anew("its snapshot is gone or an earlier version's");
    }
    return new Resumption(
        Kind.GO_ON, found.now().map(Resumption::doubt).orElse("its input is gone"));
  }

  private static Resumption anew(String why) {
    return new Resumption(Kind.NEW_RUN, why);
  }

  private static String doubt(InputVersion now) {
    return now.isKnown()
        ? ""
        : "it isn't known whether the input has changed since: " + now.unknown();
  }
}
