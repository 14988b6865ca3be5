package io.herd.job.workdir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets a work-dir's lease, and when. */
class LeaseTest {
  private static final Duration EVERY = Duration.ofSeconds(10);

  /** What happens while somebody waits. */
  private interface Meanwhile {
    void second(long seconds) throws IOException;
  }

  /** Stands still but for those who sleep. */
  private static final class Hands implements Time {
    private long nanos;
    private Meanwhile meanwhile = seconds -> {};

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public void sleep(Duration duration) {
      nanos += duration.toNanos();
      try {
        meanwhile.second(seconds());
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    long seconds() {
      return Duration.ofNanos(nanos).toSeconds();
    }
  }

  private final Hands hands = new Hands();
  private final List<String> told = new ArrayList<>();
  private final Owner self = Owner.here("publish", EVERY);
  @TempDir private Path folder;
  private LeaseFiles files;

  @BeforeEach
  void open() throws IOException {
    files = files(hands);
  }

  private LeaseFiles files(Time time) throws IOException {
    return new LeaseFiles(
        FileSystem.getLocal(new Configuration()),
        new org.apache.hadoop.fs.Path(folder.resolve("lease").toUri()),
        time);
  }

  private Lease take() {
    return Lease.take(files, self, hands, told::add, () -> false);
  }

  private static Owner elsewhere() {
    return new Owner(2, "far", "another boot", 7, "once", "read", "their token", 0, 10, false);
  }

  private Owner here(long pid, String started) {
    return new Owner(2, self.host(), self.machine(), pid, started, "publish", "dead", 0, 10, false);
  }

  @Test
  void take_nobodyHasIt_isHeldUntilClosed() {
    try (Lease lease = take()) {
      lease.requireHeld();
    }
    try (Lease again = take()) {
      again.requireHeld();
    }
    assertThat(hands.seconds()).isZero();
    assertThat(told).isEmpty();
    assertThat(folder.resolve("lease").toFile().list())
        .as("one file stays, so that numbers never come again")
        .contains("lease-00000002.json")
        .doesNotContain("lease-00000001.json");
  }

  @Test
  void take_anotherHasIt_isToldOnceAndWaitsUntilItIsGivenBack() {
    Lease first = take();
    hands.meanwhile =
        second -> {
          if (second == 5) {
            first.close();
          }
        };
    try (Lease second = take()) {
      second.requireHeld();
    }
    assertThat(hands.seconds()).isEqualTo(5);
    assertThat(told).containsExactly("waits for another run on this work-dir, " + self);
  }

  @Test
  void take_ownerElsewhereGoesOnBeating_isWaitedFor() throws Exception {
    Owner[] owner = {elsewhere()};
    files.claim(1, owner[0]);
    hands.meanwhile =
        second -> {
          if (second % 20 == 0) { // one of two beats is lost
            owner[0] = second < 200 ? owner[0].beaten() : owner[0].gone();
            files.beat(1, owner[0]);
          }
        };
    take().close();
    assertThat(hands.seconds()).isEqualTo(200);
  }

  @Test
  void take_ownerElsewhereMissesTwoBeats_takesOver() throws Exception {
    files.claim(1, elsewhere());
    try (Lease lease = take()) {
      lease.requireHeld();
    }
    assertThat(hands.seconds()).isBetween(25L, 27L);
  }

  @Test
  void take_ownersFileIsEmpty_isWaitedForAsForAnyOther() throws Exception {
    Files.createDirectories(folder.resolve("lease"));
    Files.createFile(folder.resolve("lease/lease-00000004.json"));
    take().close();
    assertThat(hands.seconds()).isBetween(25L, 27L);
    assertThat(told).containsExactly("waits for another run on this work-dir");
  }

  @Test
  void take_ownersProcessHereIsGone_takesOverAtOnce() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    files.claim(1, here(gone.pid(), "2026-01-01T00:00:00Z"));
    take().close();
    files.claim(3, here(self.pid(), "2026-01-01T00:00:00Z")); // its number came again
    take().close();
    assertThat(hands.seconds()).isZero();
  }

  @Test
  void requireHeld_takenOver_saysSo() throws Exception {
    Lease paused = take();
    files.claim(2, elsewhere());
    assertThatThrownBy(paused::requireHeld)
        .isInstanceOf(SystemException.class)
        .hasMessageContaining("another run on its work-dir took over")
        .hasMessageContaining("run the same command again");
    paused.close();
    assertThat(files.last().orElseThrow().owner()).contains(elsewhere());
  }

  /** As a request comes to storage that stalled on its way. */
  @Test
  void beat_comesAfterAnotherTookOver_takesNothingBack() throws Exception {
    files.claim(1, self);
    files.claim(2, elsewhere());
    files.beat(1, self.beaten());
    assertThat(files.holds(2, elsewhere())).isTrue();
    assertThat(files.last().orElseThrow().owner()).contains(elsewhere());
  }

  /** A driver of 0.1.0 wrote its beats into its claim. */
  @Test
  void take_claimOfTheFirstVersionIsGivenBack_takesItAtOnce() throws Exception {
    files.claim(1, elsewhere().gone());
    take().close();
    assertThat(hands.seconds()).isZero();
  }

  @Test
  void take_claimOfALaterVersion_isRefused() throws Exception {
    Owner later =
        new Owner(4, "far", "another boot", 7, "once", "read", "their token", 0, 10, true);
    files.claim(1, later);
    assertThatThrownBy(this::take)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("a later version of Herd works on this work-dir")
        .hasMessageContaining("use that version, or another herd.run.work-dir");
  }

  @Test
  void claim_numberThatOthersAreBeyond_isNotHeld() throws Exception {
    files.claim(5, elsewhere());
    assertThat(files.claim(5, self)).isFalse();
    assertThat(files.claim(4, self)).as("looked long ago, wrote now").isFalse();
  }

  @Test
  void take_stopped_ends() throws Exception {
    files.claim(1, elsewhere());
    assertThatThrownBy(() -> Lease.take(files, self, hands, told::add, () -> hands.seconds() == 3))
        .isInstanceOf(SystemException.class)
        .hasMessage("stopped while waiting for another run on this work-dir");
  }

  @Test
  void take_manyAtOnce_haveItOneByOne() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService runs = Executors.newFixedThreadPool(4);
    try {
      List<Future<Void>> all =
          Stream.generate(() -> runs.submit(() -> repeatedly(inside, most))).limit(4).toList();
      for (Future<Void> each : all) {
        each.get();
      }
    } finally {
      runs.shutdownNow();
    }
    assertThat(most).hasValue(1);
    assertThat(files.last().orElseThrow().number()).isEqualTo(40);
  }

  private Void repeatedly(AtomicInteger inside, AtomicInteger most) throws IOException {
    Time impatient =
        new Time() {
          @Override
          public long nanos() {
            return System.nanoTime();
          }

          @Override
          public void sleep(Duration duration) throws InterruptedException {
            Thread.sleep(1);
          }
        };
    for (int i = 0; i < 10; i++) {
      Owner one = Owner.here("publish", EVERY);
      try (Lease lease = Lease.take(files(impatient), one, impatient, told -> {}, () -> false)) {
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        lease.requireHeld();
        inside.decrementAndGet();
      }
    }
    return null;
  }
}
