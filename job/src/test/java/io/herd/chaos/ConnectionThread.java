package io.herd.chaos;

import java.io.IOException;

/** A daemon thread of a proxy, which ends where its connection does. */
public final class ConnectionThread {
  private ConnectionThread() {}

  /** What it does. */
  @FunctionalInterface
  public interface Body {
    void run() throws IOException;
  }

  /** Starts one. */
  public static void start(String name, Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (IOException e) {
                // a connection has ended, or was cut
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }
}
