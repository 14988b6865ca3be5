package io.herd.job;

import io.herd.job.workdir.Lease;
import io.herd.job.workdir.WorkDir;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs steps that only one run on the work-dir may execute at a time. A driver that stalled for so
 * long that another took over waits for that one, and begins the step again: what the other has
 * published of its run is found.
 *
 * @param say receives lines for the console, by step
 */
record LeasedSteps(WorkDir workDir, BiConsumer<String, String> say) {
  private static final Logger LOG = LoggerFactory.getLogger(LeasedSteps.class);

  /** How often a step is started. */
  private static final int TRIES = 3;

  <T> T run(StopSignal stop, String step, Function<Lease, T> body) {
    for (int tries = 1; ; tries++) {
      try (Lease lease = workDir.lease(step, line -> say.accept(step, line), stop::received)) {
        try {
          return body.apply(lease);
        } catch (Exception e) { // Spark throws what isn't declared
          if (tries == TRIES || stop.received() || !lease.isLost()) {
            throw e;
          }
          LOG.warn("This driver stalled, and another took over", e);
          say.accept(step, "begins again: another run took over while this one stalled");
        }
      }
    }
  }
}
