package io.herd.job;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.SparkSession;

/**
 * Ctrl-C and SIGTERM. The hook runs before Spark's own: it cancels the running job, which makes the
 * tasks write what they have, waits until the run has written its report, and ends the JVM with the
 * code for "stopped", which an orderly shutdown would hide behind the signal's.
 */
final class StopSignal implements AutoCloseable {
  private static final int BEFORE_SPARK = 100; // Spark's hooks have priority 50 and less
  private static final long PATIENCE_SECONDS = 10;

  private final SparkSession spark;
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Runnable hook = this::stop;
  private volatile boolean received;

  private StopSignal(SparkSession spark) {
    this.spark = spark;
  }

  static StopSignal listen(SparkSession spark) {
    StopSignal signal = new StopSignal(spark);
    ShutdownHookManager.get().addShutdownHook(signal.hook, BEFORE_SPARK);
    return signal;
  }

  /** Whether the run was asked to stop. */
  boolean received() {
    return received;
  }

  private void stop() {
    received = true;
    try {
      spark.sparkContext().cancelAllJobs();
      if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("The run didn't end in time; what its tasks had written is safe.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(ExitCode.STOPPED.number());
  }

  @Override
  public void close() {
    finished.countDown();
    if (!received) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
  }
}
