package io.herd.job.workdir;

/**
 * A running run's progress, as it is written to the work-dir. Times are the run's own: no two
 * clocks are compared.
 *
 * @param schema of this file
 * @param host of the driver, for people
 * @param pid of the driver there
 * @param seconds since the run began
 * @param step that it is at
 * @param stepSeconds since that began
 * @param everySeconds until it is written again
 * @param generating what the step generate has done, or null in others
 */
public record RunProgress(
    int schema,
    String host,
    long pid,
    double seconds,
    String step,
    double stepSeconds,
    long everySeconds,
    Generating generating) {
  /** The schema that this version writes. */
  public static final int SCHEMA = 1;

  /**
   * The progress of the generate step.
   *
   * @param rows to do, without those that have a result
   * @param done of them, failed ones included
   * @param failed of them without a result
   * @param reused rows that have one
   * @param tokensPerSecond now, prompts and completions
   * @param rowsPerSecond now
   * @param leftSeconds that the rest will take, or null while nobody knows
   * @param budget what was used of it, or null without one
   */
  public record Generating(
      long rows,
      long done,
      long failed,
      long reused,
      double tokensPerSecond,
      double rowsPerSecond,
      Double leftSeconds,
      RunBudget budget) {

    /** Adds the budget's usage. */
    public Generating with(RunBudget used) {
      return new Generating(
          rows, done, failed, reused, tokensPerSecond, rowsPerSecond, leftSeconds, used);
    }
  }
}
