package io.herd.udfs.runtime;

import java.time.Duration;

/** Does something again and again, until it is closed, on a thread that keeps no JVM alive. */
public final class Pulse implements AutoCloseable {
  private final Thread thread;

  public Pulse(String name, Duration every, Runnable beat) {
    thread = new Thread(() -> run(every, beat), name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void run(Duration every, Runnable beat) {
    try {
      while (true) {
        Thread.sleep(every.toMillis());
        beat.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
