package io.herd.explore;

import io.herd.job.workdir.WorkDir;
import io.herd.udfs.storage.StorageRetries;
import java.time.Duration;
import org.apache.hadoop.fs.Path;

/** The work-dir of a world, as its processes open it. */
final class Storage {
  private Storage() {}

  static WorkDir workDir(MemoryFiles files, Turns.Driver driver) {
    return new WorkDir(root(files).toString(), files.getConf(), any -> retries(), driver);
  }

  static Path root(MemoryFiles files) {
    return new Path(files.getUri() + "/work");
  }

  /** As for shared storage, without the waiting. */
  static StorageRetries retries() {
    return StorageRetries.waiting(Duration.ofNanos(1), Duration.ofNanos(2), Duration.ofMinutes(10));
  }
}
