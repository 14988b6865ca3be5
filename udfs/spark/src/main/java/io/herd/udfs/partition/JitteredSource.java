package io.herd.udfs.partition;

import io.herd.udfs.hub.FileSource;
import io.herd.udfs.hub.ModelManifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits a random time before its first request, so that a thousand hosts don't call the Hub at
 * once.
 */
final class JitteredSource implements FileSource {
  private final FileSource source;
  private final int mostSeconds;
  private final AtomicBoolean begun = new AtomicBoolean();

  JitteredSource(FileSource source, int mostSeconds) {
    this.source = source;
    this.mostSeconds = mostSeconds;
  }

  @Override
  public InputStream open(ModelManifest.Entry file, long from, long to)
      throws IOException, InterruptedException {
    if (mostSeconds > 0 && begun.compareAndSet(false, true)) {
      long most = TimeUnit.SECONDS.toMillis(mostSeconds);
      Thread.sleep(ThreadLocalRandom.current().nextLong(most));
    }
    return source.open(file, from, to);
  }

  @Override
  public boolean parallel() {
    return source.parallel();
  }
}
