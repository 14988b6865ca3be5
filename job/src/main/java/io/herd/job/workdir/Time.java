package io.herd.job.workdir;

import io.herd.udfs.runtime.Periodic;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * The passage of time for a run. It is given to everything that waits, so that tests can make hours
 * pass, and a run stall between any two of its steps.
 */
public interface Time {
  /** This machine's clock. */
  Time REAL =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
          Thread.sleep(duration.toMillis());
        }
      };

  /** Returns a time that never jumps; times of two processes can't be compared. */
  long nanos();

  void sleep(Duration duration) throws InterruptedException;

  /** Runs a task on its own thread, an interval after the start and after each of its ends. */
  default Repeated every(String name, Duration interval, Runnable task) {
    Semaphore turn = new Semaphore(1);
    Runnable inTurn =
        () -> {
          if (turn.tryAcquire()) {
            try {
              task.run();
            } finally {
              turn.release();
            }
          }
        };
    Periodic periodic = new Periodic(name, interval, inTurn);
    return () -> {
      periodic.close();
      turn.acquireUninterruptibly();
    };
  }

  /** A task that runs at intervals. */
  interface Repeated extends AutoCloseable {
    /** Waits for the task's current run; none follows. */
    @Override
    void close();
  }
}
