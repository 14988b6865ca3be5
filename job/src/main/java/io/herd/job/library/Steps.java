package io.herd.job.library;

import io.herd.job.generate.GenerateStep;
import io.herd.job.generate.Spending;
import io.herd.job.plan.Plan;
import io.herd.job.progress.Timeline;
import io.herd.job.resolve.ResolvedModel;
import java.util.function.Supplier;

/** Observes how a call's rows get into the work-dir's log. */
interface Steps {
  /** Ignores everything. */
  Steps UNWATCHED = new Steps() {};

  /** Runs a step. */
  default <T> T step(String name, Supplier<T> body) {
    return body.get();
  }

  /** Receives the resolved model. */
  default void resolved(ResolvedModel model) {}

  /** Receives the plan. */
  default void planned(Plan plan) {}

  /** Receives the timeline of generation, before it begins. */
  default void generating(Timeline timeline) {}

  /** Returns the counter of what is used. */
  default Spending spending() {
    return Spending.unbounded();
  }

  /** Receives the result of generation. */
  default void generated(GenerateStep.Done done) {}
}
