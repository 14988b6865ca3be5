package io.herd.job.workdir;

/**
 * What {@code manifest.json} says of the run that it is of; its fields have these names there.
 *
 * @param run as in {@link RunState}; null in a manifest of 0.1.0
 * @param publication the digest that the run's state has for it
 * @param outcome {@code done}, or why the output isn't what was wanted
 */
record EndMark(String run, String publication, String outcome) {
  private static final String DONE = "done";

  /** The state with the publication's end, if it is one of its run. */
  RunState on(RunState state) {
    return state.run().equals(run) && DONE.equals(outcome) ? state.ended(publication) : state;
  }
}
