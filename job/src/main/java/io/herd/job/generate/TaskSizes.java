package io.herd.job.generate;

import java.time.Duration;

/**
 * How rows are divided into tasks, and a task's results into files of the log. {@code bench/scale}
 * has its result.
 *
 * @param cores that tasks run on at a time
 * @param alone whether each task has an engine of its own
 */
record TaskSizes(long cores, boolean alone) {
  /** Fewer rows don't justify a task. */
  private static final int LEAST_ROWS = 64;

  /** Rows per task, so that a lost task costs little and the last tasks are short. */
  private static final int ROWS = 2_500;

  /** Rows per task with many executors, so that a slow node gets fewer tasks than others. */
  private static final int ROWS_OF_MANY = 500;

  private static final int MANY_CORES = 64;

  /**
   * Maximum tasks per core until tasks have {@link #MOST_ROWS}, because each task costs the driver
   * time.
   */
  private static final int MOST_WAVES = 16;

  private static final int MOST_ROWS = 20_000;

  private static final Duration CHECKPOINT = Duration.ofSeconds(60);

  private static final int CHECKPOINT_ROWS = 500;

  /** The factor by which checkpoint intervals and sizes grow at most when there are many tasks. */
  private static final double LONGEST = 2;

  /**
   * Returns enough partitions for every core, as long as each has work; more when there are many
   * rows.
   */
  int partitions(long prompts) {
    long rows = cores < MANY_CORES ? ROWS : ROWS_OF_MANY;
    long waves = alone ? 1 : Math.min(prompts / rows, MOST_WAVES * cores);
    long wanted = Math.max(cores, Math.max(waves, prompts / MOST_ROWS));
    return (int) Math.max(1, Math.min(wanted, prompts / LEAST_ROWS));
  }

  /**
   * Returns the interval at which a task writes its results. The best interval grows with the root
   * of what a checkpoint costs (Young, "A first order approximation to the optimum checkpoint
   * interval", 1974), which is a file of each task that is listed and read in the end.
   */
  Duration checkpoint() {
    return Duration.ofSeconds(Math.round(CHECKPOINT.toSeconds() * longer()));
  }

  /**
   * Returns the number of rows after which a task writes its results: labels arrive faster than
   * completions.
   */
  int checkpointRows() {
    return (int) Math.round(CHECKPOINT_ROWS * longer());
  }

  private double longer() {
    return Math.min(LONGEST, Math.sqrt(Math.max(1, cores / (double) MANY_CORES)));
  }
}
