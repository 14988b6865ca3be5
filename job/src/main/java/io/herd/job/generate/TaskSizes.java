package io.herd.job.generate;

import java.time.Duration;

/**
 * How the work is cut: into tasks, and what they do into files of the log. {@code bench/scale} has
 * what comes of it.
 *
 * @param cores that tasks run on at a time
 * @param alone whether each task has an engine of its own
 */
record TaskSizes(long cores, boolean alone) {
  /** Fewer rows aren't worth a task of their own. */
  private static final int LEAST_ROWS = 64;

  /** Rows of a task, so that a lost one costs little and the last ones are short. */
  private static final int ROWS = 2_500;

  /**
   * Rows of a task where many executors share them: a slow node is to get fewer tasks than others.
   */
  private static final int ROWS_OF_MANY = 500;

  private static final int MANY_CORES = 64;

  /**
   * Tasks for each core are no more, because the driver pays for each, until they have {@link
   * #MOST_ROWS}.
   */
  private static final int MOST_WAVES = 16;

  private static final int MOST_ROWS = 20_000;

  private static final Duration CHECKPOINT = Duration.ofSeconds(60);

  private static final int CHECKPOINT_ROWS = 500;

  /** Times as long and as large are checkpoints at most where tasks are many. */
  private static final double LONGEST = 2;

  /** Enough for every core, as long as each has work; more when rows are many. */
  int partitions(long prompts) {
    long rows = cores < MANY_CORES ? ROWS : ROWS_OF_MANY;
    long waves = alone ? 1 : Math.min(prompts / rows, MOST_WAVES * cores);
    long wanted = Math.max(cores, Math.max(waves, prompts / MOST_ROWS));
    return (int) Math.max(1, Math.min(wanted, prompts / LEAST_ROWS));
  }

  /**
   * How often a task writes what it has. The best interval grows with the root of what a checkpoint
   * costs (Young, "A first order approximation to the optimum checkpoint interval", 1974), which is
   * a file of each task that is listed and read in the end.
   */
  Duration checkpoint() {
    return Duration.ofSeconds(Math.round(CHECKPOINT.toSeconds() * longer()));
  }

  /** After how many rows, whichever comes first: labels come faster than completions. */
  int checkpointRows() {
    return (int) Math.round(CHECKPOINT_ROWS * longer());
  }

  private double longer() {
    return Math.min(LONGEST, Math.sqrt(Math.max(1, cores / (double) MANY_CORES)));
  }
}
