package io.herd.job.generate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many tasks prompts are shared out to, and how often these write. */
class TaskSizesTest {
  @ParameterizedTest
  @CsvSource({
    "1, 8, false, 1",
    "1000, 2, false, 2",
    "1000, 100, false, 15", // fewer than 64 rows aren't worth a task
    "4000, 2, false, 2", // a task for each core
    "10000, 2, false, 4", // of 2,500 rows
    "100000, 80, false, 200", // of 500 where there are many
    "10000000, 80, false, 1280", // 16 for each core at most
    "1000000000, 80, false, 50000", // until they have 20,000 rows
    "1000000000, 8000, false, 128000",
    "100000, 80, true, 80", // one at a time for each engine
    "10000000, 80, true, 500"
  })
  void partitions_rowsAndCores_areTasksOfAFairSize(
      long prompts, long cores, boolean alone, int tasks) {
    assertThat(new TaskSizes(cores, alone).partitions(prompts)).isEqualTo(tasks);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 60, 500",
    "64, 60, 500",
    "80, 67, 559",
    "256, 120, 1000", // twice as long when there are four times as many
    "8000, 120, 1000" // and no longer
  })
  void checkpoint_moreTasks_isLessOften(long cores, long seconds, int rows) {
    TaskSizes sizes = new TaskSizes(cores, false);
    assertThat(sizes.checkpoint()).hasSeconds(seconds);
    assertThat(sizes.checkpointRows()).isEqualTo(rows);
  }
}
