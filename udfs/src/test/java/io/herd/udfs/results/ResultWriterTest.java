package io.herd.udfs.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.SystemException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;

/** When files become visible, and what of them when the disk fails. */
class ResultWriterTest extends ResultFolder {
  /** Stands still until it is told. */
  private static final class Hands extends Clock {
    private Instant now = Instant.EPOCH;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private final Hands clock = new Hands();

  private ResultWriter writer(FileSystem files, int rows) {
    ResultWriter.Flush flush = new ResultWriter.Flush(rows, Duration.ofSeconds(30));
    var path = new org.apache.hadoop.fs.Path(log.folder());
    return new ResultWriter(files, path, "a-00003-7", flush, clock);
  }

  private FileSystem local() throws IOException {
    return FileSystem.getLocal(hadoop);
  }

  @Test
  void flushIfDue_oldestIsOldEnough_isWritten() throws IOException {
    ResultWriter writer = writer(local(), 100);
    writer.flushIfDue();
    clock.now = Instant.EPOCH.plusSeconds(100);
    writer.append(ok("k1"));
    clock.now = Instant.EPOCH.plusSeconds(129);
    writer.append(ok("k2"));
    writer.flushIfDue();
    assertThat(visible()).isEmpty();
    clock.now = Instant.EPOCH.plusSeconds(130);
    writer.flushIfDue();
    assertThat(visible()).hasSize(1);
    clock.now = Instant.EPOCH.plusSeconds(500);
    writer.append(ok("k3"));
    assertThat(visible()).as("a new row is young again").hasSize(1);
  }

  @Test
  void flush_fileSystemFails_nothingIsVisibleAndALaterFlushHasAll() throws IOException {
    FailingFiles files = new FailingFiles();
    files.initialize(folder.toUri(), hadoop);
    for (FailingFiles.Fault fault : FailingFiles.Fault.values()) {
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
}
