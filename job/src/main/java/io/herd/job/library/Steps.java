package io.herd.job.library;

import io.herd.job.generate.GenerateStep;
import io.herd.job.generate.Spending;
import io.herd.job.plan.Plan;
import io.herd.job.progress.Timeline;
import io.herd.job.resolve.ResolvedModel;
import java.util.function.Supplier;

/** Watches how a call's rows come into the work-dir's log. */
interface Steps {
  /** Nobody looks. */
  Steps UNWATCHED = new Steps() {};

  /** Runs one. */
  default <T> T step(String name, Supplier<T> body) {
    return body.get();
  }

  /** Which model it is. */
  default void resolved(ResolvedModel model) {}

  /** What there is to do. */
  default void planned(Plan plan) {}

  /** Where the progress can be seen, before it begins. */
  default void generating(Timeline timeline) {}

  /** Counts what is used. */
  default Spending spending() {
    return Spending.unbounded();
  }

  /** What was done. */
  default void generated(GenerateStep.Done done) {}
}
