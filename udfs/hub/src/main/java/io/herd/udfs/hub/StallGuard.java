package io.herd.udfs.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A response body that fails when no byte arrives for some time. The JDK's client limits the wait
 * for an answer's head only, and a connection that a firewall forgot would be waited for without
 * end.
 */
final class StallGuard extends FilterInputStream {
  private static final long NOT_READING = Long.MIN_VALUE;
  private static final int MOST_SKIPPED = 1 << 16;

  private final Duration limit;
  private volatile long readingSince = NOT_READING;
  private volatile boolean stalled;
  private volatile boolean closed;

  private StallGuard(InputStream body, Duration limit) {
    super(body);
    this.limit = limit;
  }

  static InputStream over(InputStream body, Duration limit) {
    StallGuard guard = new StallGuard(body, limit);
    guard.lookAgain(limit.toNanos());
    return guard;
  }

  private void lookAgain(long nanos) {
    CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(this::look);
  }

  /** Only counts time spent in a read: a reader may pause between reads. */
  private void look() {
    if (closed) {
      return;
    }
    long since = readingSince;
    long left =
        since == NOT_READING ? limit.toNanos() : since + limit.toNanos() - System.nanoTime();
    if (left > 0) {
      lookAgain(left);
      return;
    }
    stalled = true;
    try {
      in.close(); // wakes the reader up
    } catch (IOException e) {
      // the reader says so
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    readingSince = System.nanoTime();
    try {
      int read = in.read(to, offset, length);
      return stalled ? fail() : read;
    } catch (IOException e) {
      return stalled ? fail() : rethrow(e);
    } finally {
      readingSince = NOT_READING;
    }
  }

  /** Skips by reading, because the body's own skip would wait without a limit. */
  @Override
  public long skip(long bytes) throws IOException {
    byte[] skipped = new byte[(int) Math.max(0, Math.min(bytes, MOST_SKIPPED))];
    return Math.max(0, read(skipped, 0, skipped.length));
  }

  private int fail() throws HttpTimeoutException {
    throw new HttpTimeoutException("no byte arrived for " + limit.toSeconds() + " s");
  }

  private static int rethrow(IOException e) throws IOException {
    throw e;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    in.close();
  }
}
