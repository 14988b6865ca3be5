package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PeriodicTest {
  @Test
  void run_untilClosed_isRepeatedAndThenEndsTheThread() throws InterruptedException {
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch thrice = new CountDownLatch(3);
    Thread[] thread = new Thread[1];
    Periodic periodic =
        new Periodic(
            "test-periodic",
            Duration.ofMillis(1),
            () -> {
              thread[0] = Thread.currentThread();
              runs.incrementAndGet();
              thrice.countDown();
            });
    thrice.await();
    periodic.close();
    thread[0].join();
    assertThat(thread[0].isDaemon()).isTrue();
    assertThat(thread[0].getName()).isEqualTo("test-periodic");
    assertThat(runs.get()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void close_runUnderWay_isNotInterrupted() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Periodic periodic =
        new Periodic(
            "test-periodic",
            Duration.ofMillis(1),
            () -> {
              begun.countDown();
              try {
                go.await();
                ended.countDown();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    begun.await();
    periodic.close();
    go.countDown();
    ended.await();
  }
}
