package io.herd.job.generate;

import java.time.Duration;
import java.util.Arrays;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.sql.SparkSession;

/**
 * Waits for tasks: the driver learns of a job's end before the job's other tasks have written their
 * results.
 */
public final class RunningTasks {
  private static final long POLL_MILLIS = 100;

  private RunningTasks() {}

  /** Waits until no task runs any more, up to a limit. */
  public static void await(SparkSession spark, Duration most) {
    long deadline = System.nanoTime() + most.toNanos();
    try {
      while (running(spark) > 0 && System.nanoTime() < deadline) {
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int running(SparkSession spark) {
    return Arrays.stream(spark.sparkContext().statusTracker().getExecutorInfos())
        .mapToInt(SparkExecutorInfo::numRunningTasks)
        .sum();
  }
}
