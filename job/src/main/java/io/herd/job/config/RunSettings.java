package io.herd.job.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Where a run stores its work, and what ends it. */
public record RunSettings(Values values) {
  /** Returns a path or URI; empty in a call of the library without a work-dir. */
  public String workDir() {
    return values.find(Keys.WORK_DIR).orElse("");
  }

  /** Returns the fraction of failed rows above which a run ends with exit code 4. */
  public double maxFailedFraction() {
    return values.get(Keys.MAX_FAILED_FRACTION);
  }

  /**
   * Returns the number of rows after which a task writes its results; empty for a number that suits
   * the tasks.
   */
  public OptionalInt checkpointRows() {
    return values.get(Keys.CHECKPOINT_ROWS);
  }

  /**
   * Returns the time after which a task writes its results; empty for a time that suits the number
   * of tasks.
   */
  public Optional<Duration> checkpointEvery() {
    return values.get(Keys.CHECKPOINT_EVERY);
  }

  /** Returns the limits that end a run early. */
  public Stop stop() {
    return new Stop(
        values.find(Keys.MAX_DURATION),
        values.find(Keys.MAX_FAILED_ROWS).map(OptionalInt::of).orElse(OptionalInt.empty()),
        values.get(Keys.PUBLISH_PARTIAL),
        Budget.of(values));
  }

  public Prices prices() {
    return Prices.of(values);
  }

  /** Returns the number of rows that the report shows with prompt and answer. */
  public int reportRows() {
    return values.get(Keys.REPORT_ROWS);
  }

  /**
   * The limits that end a run before all rows are done.
   *
   * @param maxDuration from its begin to the end of the generate step
   * @param maxFailedRows more failed rows end it
   * @param publishPartial whether the output is written when the time is over, or the budget used
   * @param budget more tokens or costs end it
   */
  public record Stop(
      Optional<Duration> maxDuration,
      OptionalInt maxFailedRows,
      boolean publishPartial,
      Budget budget) {

    /** No limits. */
    public static final Stop NEVER =
        new Stop(Optional.empty(), OptionalInt.empty(), false, Budget.NONE);
  }
}
