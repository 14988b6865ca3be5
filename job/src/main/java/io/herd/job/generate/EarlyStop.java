package io.herd.job.generate;

import io.herd.job.config.RunSettings;
import io.herd.job.exit.EarlyEnd;
import io.herd.job.exit.ExitCode;
import io.herd.job.plan.Plan;
import io.herd.job.progress.TaskSums;
import io.herd.udfs.HerdException;
import io.herd.udfs.UserException;
import io.herd.udfs.partition.TaskCounters;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.util.LongAccumulator;

/**
 * Cancels the generate step when it mustn't continue: its time is over, its budget is used up, too
 * many rows have failed, or all of the first rows failed. It looks as often as executors send their
 * heartbeats.
 */
final class EarlyStop extends TaskSums {
  private final RunSettings.Stop limits;
  private final Deadline deadline;
  private final Spending spending;
  private final TaskCounters counters;
  private final Plan plan;
  private final Runnable cancel;
  private volatile HerdException reason;
  private volatile long dropped;

  /**
   * @param cancel cancels the step's jobs
   */
  EarlyStop(
      RunSettings.Stop limits,
      Deadline deadline,
      Spending spending,
      Plan plan,
      TaskCounters counters,
      Runnable cancel) {
    this.limits = limits;
    this.deadline = deadline;
    this.spending = spending;
    this.counters = counters;
    this.plan = plan;
    this.cancel = cancel;
  }

  /** Returns the reason why the step was cancelled, if it was. */
  Optional<HerdException> reason() {
    return Optional.ofNullable(reason);
  }

  /** Checks before any task starts. */
  void checkBefore() {
    if (deadline.over()) {
      throw tooLong();
    }
    overBudget()
        .ifPresent(
            over -> {
              throw over;
            });
    checkAfter();
  }

  /** Checks after all rows are done, when time no longer matters. */
  void checkAfter() {
    failures()
        .ifPresent(
            failed -> {
              throw failed;
            });
  }

  /** Records what was used so far. */
  void count() {
    spending.count(
        new Spending.Tokens(paid(counters.promptTokens()), paid(counters.tokens()), dropped));
  }

  @Override
  protected void changed() {
    count();
    if (reason == null) {
      reason = deadline.over() ? tooLong() : failures().or(this::overBudget).orElse(null);
      dropped =
          reason == null ? 0 : atWork(); // before tasks are killed, whose numbers are forgotten
    }
    if (reason != null) {
      cancel.run(); // again: the step may just have begun another job
    }
  }

  private Optional<HerdException> failures() {
    long failed = now(counters.failed());
    long tried = failed - now(counters.refused());
    boolean noneWorkedBefore = plan.prompts() == plan.distinct();
    if (noneWorkedBefore && tried >= Plan.FIRST_ROWS && failed >= now(counters.rows())) {
      return Optional.of(noneWorks());
    }
    boolean tooMany =
        limits.maxFailedRows().isPresent()
            && plan.failed() + failed > limits.maxFailedRows().getAsInt();
    return tooMany ? Optional.of(tooMany(plan.failed() + failed)) : Optional.empty();
  }

  /** Includes running tasks; Spark only adds up those that have ended. */
  private long now(LongAccumulator counter) {
    return sum(0, counter);
  }

  private long atWork() {
    return Math.max(0, now(counters.begun()) - now(counters.rows()));
  }

  /** Includes tasks that failed. */
  private long paid(LongAccumulator counter) {
    return now(counter) + lost(counter.id());
  }

  private String example() {
    return text(counters.reasons()).orElse("none was recorded");
  }

  private EarlyEnd tooLong() {
    return new EarlyEnd(
        ExitCode.STOPPED,
        "herd.run.max-duration, "
            + deadline.most().orElseThrow().toSeconds()
            + " s, was over before all rows were done",
        "run the same command again: it resumes where this run stopped.");
  }

  private Optional<HerdException> overBudget() {
    return spending
        .over()
        .map(
            bound ->
                new EarlyEnd(
                    ExitCode.STOPPED,
                    bound + " was used up before all rows were done",
                    "run the same command again with the same or a higher budget: it resumes where"
                        + " this run stopped, and stored results cost nothing."));
  }

  private UserException noneWorks() {
    return new UserException(
        String.format(
            Locale.ROOT,
            "the first %d rows all failed, with reasons such as: %s",
            Plan.FIRST_ROWS,
            example()),
        "correct the configuration, and try it with submit/herd sample before the next run.");
  }

  private EarlyEnd tooMany(long failed) {
    return new EarlyEnd(
        ExitCode.FAILED_ROWS,
        String.format(
            Locale.ROOT,
            "%,d rows failed, where herd.run.max-failed-rows accepts %,d; nothing was published."
                + " A reason: %s",
            failed,
            limits.maxFailedRows().getAsInt(),
            failed == plan.failed() ? "no prompt" : example()),
        "correct the rows or the configuration, or accept more; results are kept.");
  }
}
