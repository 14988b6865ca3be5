package io.herd.udfs.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StorageRetriesTest {
  private final List<Boolean> tries = new ArrayList<>();

  private static StorageRetries patient() {
    return StorageRetries.waiting(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofHours(1));
  }

  private StorageRetries.Call failing(int times, IOException failure) {
    return again -> {
      tries.add(again);
      if (tries.size() <= times) {
        throw failure;
      }
    };
  }

  @Test
  void run_storageComesBack_isDone() throws IOException {
    patient().run(failing(3, new IOException("503 Slow Down")));
    assertThat(tries).containsExactly(false, true, true, true);
  }

  @Test
  void run_storageStaysAway_endsWithItsReason() {
    IOException away = new IOException("no route to host");
    StorageRetries brief =
        StorageRetries.waiting(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(30));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> brief.run(failing(Integer.MAX_VALUE, away)))
        .isSameAs(away);
    assertThat(tries).contains(true);
  }

  @Test
  void run_failuresThatLast_areNotTriedAgain() {
    for (IOException lasting :
        List.of(
            new IOException("write failed: No space left on device"),
            new AccessControlException("Permission denied: user=me"))) {
      tries.clear();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> patient().run(failing(1, lasting)))
          .isSameAs(lasting);
      assertThat(tries).hasSize(1);
    }
  }

  @Test
  void run_interruptedWhileItWaits_endsAtOnce() {
    StorageRetries slow =
        StorageRetries.waiting(Duration.ofHours(1), Duration.ofHours(2), Duration.ofHours(9));
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedIOException.class)
        .isThrownBy(() -> slow.run(failing(1, new IOException("503"))));
    assertThat(Thread.interrupted()).as("is told on").isTrue();
  }

  @Test
  void of_localDisk_triesOnce() throws IOException {
    FileSystem local = FileSystem.get(URI.create("file:///"), new Configuration());
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> StorageRetries.of(local).run(failing(1, new IOException("gone"))));
    assertThat(tries).hasSize(1);
  }
}
