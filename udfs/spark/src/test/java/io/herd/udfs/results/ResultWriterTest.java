package io.herd.udfs.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.SystemException;
import io.herd.udfs.results.FailingFiles.Fault;
import io.herd.udfs.storage.StorageRetries;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When files become visible, and what of them when the disk fails. */
class ResultWriterTest extends ResultFolder {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 7); // it may overflow

  private ResultWriter writer(FileSystem files, int rows) {
    return writer(files, rows, StorageRetries.of(files));
  }

  private ResultWriter writer(FileSystem files, int rows, StorageRetries retries) {
    ResultWriter.Flush flush = new ResultWriter.Flush(rows, Duration.ofSeconds(30));
    var path = new org.apache.hadoop.fs.Path(log.folder());
    return new ResultWriter(files, path, "a-00003-7", flush, now::get, retries);
  }

  private void passes(long seconds) {
    now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  private FileSystem local() throws IOException {
    return FileSystem.getLocal(hadoop);
  }

  @Test
  void flushIfDue_oldestIsOldEnough_isWritten() throws IOException {
    ResultWriter writer = writer(local(), 100);
    writer.flushIfDue();
    passes(100);
    writer.append(ok("k1"));
    passes(29);
    writer.append(ok("k2"));
    writer.flushIfDue();
    assertThat(visible()).isEmpty();
    passes(1);
    writer.flushIfDue();
    assertThat(visible()).hasSize(1);
    passes(370);
    writer.append(ok("k3"));
    assertThat(visible()).as("a new row is young again").hasSize(1);
  }

  @Test
  void flush_fileSystemFails_nothingIsVisibleAndALaterFlushHasAll() throws IOException {
    FailingFiles files = new FailingFiles();
    files.initialize(folder.toUri(), hadoop);
    for (Fault fault :
        List.of(Fault.CREATE, Fault.WRITE, Fault.RENAME_THROWS, Fault.RENAME_REFUSED)) {
      files.fault = fault;
      ResultWriter writer = writer(files, 1);
      assertThatExceptionOfType(SystemException.class)
          .as(fault.name())
          .isThrownBy(() -> writer.append(ok("k")))
          .withMessage("can't write results to file:" + folder);
      assertThat(visible()).isEmpty();
    }
    files.fault = null;
    writer(files, 1).append(ok("k"));
    assertThat(log.keys(hadoop, "a", 3)).containsExactly("k");
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATE", "RENAME_THROWS", "RENAME_REFUSED", "RENAME_ANSWER_LOST"})
  void flush_storageIsAwayForAWhile_isDoneWhenItIsBack(Fault fault) throws IOException {
    FailingFiles files = new FailingFiles();
    files.initialize(folder.toUri(), hadoop);
    files.fault = fault;
    files.faultsLeft = 1;
    StorageRetries retries =
        StorageRetries.waiting(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofHours(1));
    ResultWriter writer = writer(files, 1, retries);
    writer.append(ok("a"));
    assertThat(files.faultsLeft).isZero();
    files.faultsLeft = 1;
    writer.append(ok("b"));
    assertThat(log.keys(hadoop, "a", 3)).containsExactlyInAnyOrder("a", "b");
    assertThat(visible()).hasSize(2);
  }
}
