package io.herd.job.workdir;

/**
 * The run and outcome in {@code manifest.json}; its fields have these names there.
 *
 * @param run as in {@link RunState}; null in a manifest of 0.1.0
 * @param publication the digest that the run's state has for it
 * @param outcome {@code done}, or why the output isn't what was wanted
 */
record EndMark(String run, String publication, String outcome) {
  private static final String DONE = "done";

  /** Adds the publication's end to the state, if it belongs to the state's run. */
  RunState on(RunState state) {
    return state.run().equals(run) && DONE.equals(outcome) ? state.ended(publication) : state;
  }
}
