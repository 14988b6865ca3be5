package io.herd.job.workdir;

import io.herd.udfs.runtime.Periodic;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * How time passes for a run. It is given to whoever waits, so that tests can make hours pass, and a
 * run stand still between any two of its steps.
 */
public interface Time {
  /** This machine's. */
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

  /** A clock that never jumps; clocks of two processes can't be compared. */
  long nanos();

  void sleep(Duration duration) throws InterruptedException;

  /** Runs a task on a thread of its own, an interval after the start and after each end of it. */
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

  /** A task that is run at intervals. */
  interface Repeated extends AutoCloseable {
    /** Waits for a run of the task that is under way; none follows. */
    @Override
    void close();
  }
}
