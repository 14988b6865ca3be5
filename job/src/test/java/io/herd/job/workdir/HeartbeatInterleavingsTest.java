package io.herd.job.workdir;

import java.time.Duration;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A lease's heartbeat and its end under the schedules that Lincheck (Koval et al., CAV 2023) goes
 * through, which switches threads at any access to memory that they share.
 */
@Tag("deep")
class HeartbeatInterleavingsTest {
  private static final int SCHEDULES = Integer.getInteger("herd.explore.interleavings", 500);

  /** The owner's file, as {@link Lease} writes it: by beats, and last when it is given back. */
  private static final class OwnersFile {
    private volatile String content = "claimed";

    void beat() {
      if (!content.isEmpty()) { // as a beat looks whether the lease is still held
        content = "beaten";
      }
    }

    void release() {
      content = "released";
    }
  }

  @Test
  void close_whileTheHeartBeats_noBeatTakesTheReleaseBack() {
    Lincheck.runConcurrentTest(20 * SCHEDULES, HeartbeatInterleavingsTest::beatAndRelease);
  }

  private static void beatAndRelease() {
    OwnersFile file = new OwnersFile();
    Thread[] heart = new Thread[1];
    Time.Repeated beats =
        Time.REAL.every(
            "heart",
            Duration.ZERO,
            () -> {
              heart[0] = Thread.currentThread();
              file.beat();
            });
    beats.close();
    file.release();
    join(heart[0]);
    if (!file.content.equals("released")) {
      throw new AssertionError("the lease was given back, and its file says " + file.content);
    }
  }

  private static void join(Thread heart) {
    try {
      if (heart != null) {
        heart.join();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
