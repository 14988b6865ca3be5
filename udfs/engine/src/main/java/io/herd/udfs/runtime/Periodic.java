package io.herd.udfs.runtime;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs a task at intervals until it is closed, on a daemon thread. */
public final class Periodic implements AutoCloseable {
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Starts: the task runs after the first interval, and an interval after each of its ends. */
  public Periodic(String name, Duration interval, Runnable task) {
    Thread thread = new Thread(() -> run(interval, task), name);
    thread.setDaemon(true);
    thread.start();
  }

  private void run(Duration interval, Runnable task) {
    try {
      while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        task.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the thread ends by that, too
    }
  }

  /** Prevents further runs; a current run continues uninterrupted. */
  @Override
  public void close() {
    closed.countDown();
  }
}
