package io.herd.job.library;

import io.herd.job.generate.GenerateStep;
import io.herd.job.plan.Plan;
import io.herd.job.progress.Timeline;
import io.herd.job.resolve.ResolvedModel;
import java.util.function.Supplier;

/** Is told how a call's rows come into the work-dir's log. */
interface Steps {
  /** Nobody looks. */
  Steps UNWATCHED =
      new Steps() {
        @Override
        public <T> T step(String name, Supplier<T> body) {
          return body.get();
        }

        @Override
        public void resolved(ResolvedModel model) {}

        @Override
        public void planned(Plan plan) {}

        @Override
        public void generating(Timeline timeline) {}

        @Override
        public void generated(GenerateStep.Done done) {}
      };

  /** Runs one. */
  <T> T step(String name, Supplier<T> body);

  /** Which model it is. */
  void resolved(ResolvedModel model);

  /** What there is to do. */
  void planned(Plan plan);

  /** Where the progress can be seen, before it begins. */
  void generating(Timeline timeline);

  /** What was done. */
  void generated(GenerateStep.Done done);
}
