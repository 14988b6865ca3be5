package io.herd.job;

import io.herd.job.exit.ExitCode;
import io.herd.job.generate.RunningTasks;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.SparkSession;

/**
 * Handles Ctrl-C and SIGTERM. The hook runs before Spark's own: it cancels the run's jobs, which
 * makes the tasks write what they have, and waits for {@link #close}, before which the run has
 * written its report and which waits for the tasks. Then, or when that takes too long, it ends the
 * JVM with the run's code, which an orderly shutdown would hide behind the signal's.
 */
final class StopSignal implements AutoCloseable {
  private static final int BEFORE_SPARK = 100; // Spark's hooks have priority 50 and less
  private static final long PATIENCE_SECONDS = 10;
  private static final long POLL_MILLIS = 100;

  private final SparkSession spark;
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Runnable hook = this::stop;
  private volatile boolean received;
  private volatile ExitCode end = ExitCode.STOPPED;

  private StopSignal(SparkSession spark) {
    this.spark = spark;
  }

  static StopSignal listen(SparkSession spark) {
    StopSignal signal = new StopSignal(spark);
    ShutdownHookManager.get().addShutdownHook(signal.hook, BEFORE_SPARK);
    return signal;
  }

  /** Returns whether the run was asked to stop. */
  boolean received() {
    return received;
  }

  /** Records the run's outcome, which a signal that came too late doesn't change. */
  ExitCode ended(ExitCode code) {
    end = code;
    return code;
  }

  private void stop() {
    received = true;
    try {
      if (!ends(System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS))) {
        System.err.println(
            "The run didn't end in time; results that its tasks had written are safe.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally { // also when Spark has stopped meanwhile
      Runtime.getRuntime().halt(end.number());
    }
  }

  private boolean ends(long deadline) throws InterruptedException {
    while (System.nanoTime() < deadline) {
      spark.sparkContext().cancelAllJobs(); // again: the run may just have begun the next one
      if (finished.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    if (received) {
      RunningTasks.await(
          spark, Duration.ofSeconds(PATIENCE_SECONDS - 1)); // while Spark is still there
    }
    finished.countDown();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
  }
}
