package io.herd.job.generate;

import io.herd.job.exit.ExitCode;
import io.herd.job.plan.Plan;
import io.herd.udfs.Causes;
import io.herd.udfs.Event;
import io.herd.udfs.SystemException;
import io.herd.udfs.partition.PoisonSearch;
import io.herd.udfs.results.InFlight;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the death of a stage: submits the rows without a result again as long as that makes
 * progress, which means that fewer rows are left, or that more is known about a row that kills its
 * executor (see {@link PoisonSearch}).
 */
final class Resubmission {
  private static final Logger LOG = LoggerFactory.getLogger(Resubmission.class);

  /** When more rows kill executors, the executors are at fault. */
  private static final int MOST_POISON = 10;

  private static final Duration DRAIN = Duration.ofSeconds(30);
  private static final Pattern CANCELLED = Pattern.compile("(?i)\\bjob \\d+ (was )?cancelled\\b");

  private final SparkSession spark;
  private final InFlight inFlight;
  private long evidence;

  Resubmission(SparkSession spark, InFlight inFlight) {
    this.spark = spark;
    this.inFlight = inFlight;
  }

  /**
   * Submits until nothing is left.
   *
   * @param submission does the pending rows of a plan, and throws what Spark does
   * @param left plans what has no result after a submission
   */
  void run(Plan plan, Consumer<Plan> submission, UnaryOperator<Plan> left) {
    Plan pending = plan;
    while (pending.prompts() > 0) {
      try {
        submission.accept(pending);
        return;
      } catch (Exception e) { // Spark's are checked, and undeclared
        if (isFinal(e)) {
          throw e;
        }
        RunningTasks.await(spark, DRAIN);
        Plan rest = left.apply(pending);
        if (!getsOn(pending, rest)) {
          throw e;
        }
        requireFewPoison(e);
        Event.of("stage_resubmitted").with("rows_left", rest.prompts()).log();
        LOG.warn("the stage died; {} rows are left and submitted again", rest.prompts(), e);
        pending = rest;
      }
    }
  }

  private boolean isFinal(Exception thrown) {
    boolean cancelled =
        Causes.of(thrown)
            .anyMatch(cause -> CANCELLED.matcher(String.valueOf(cause.getMessage())).find());
    return cancelled || spark.sparkContext().isStopped() || ExitCode.of(thrown) == ExitCode.USER;
  }

  private boolean getsOn(Plan before, Plan after) {
    long known = evidence;
    evidence = Math.max(known, PoisonSearch.evidence(inFlight));
    return after.prompts() < before.prompts() || evidence > known;
  }

  private void requireFewPoison(Exception cause) {
    long rows = PoisonSearch.found(inFlight);
    if (rows > MOST_POISON) {
      throw new SystemException(
          rows + " rows each killed the engine or its executor when they ran alone",
          "see the executors' logs: so many failures point to the machine, its memory or the model,"
              + " not to the rows.",
          cause);
    }
  }
}
