package io.herd.udfs.hub.cache;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.FetchProgress;
import io.herd.udfs.hub.FileSource;
import io.herd.udfs.hub.ModelManifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies a range of a file to disk, and resumes where a stream was interrupted. */
record RangeCopy(
    ModelManifest.Entry file,
    FileSource source,
    Path folder,
    FileChannel target,
    FetchSettings settings,
    FetchProgress progress) {
  private static final Logger LOG = LoggerFactory.getLogger(RangeCopy.class);
  private static final int BUFFER_BYTES = 1 << 18;
  private static final byte[] LFS_POINTER =
      "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);

  /**
   * Copies from {@code from} (inclusive) to {@code to} (exclusive).
   *
   * @param reached receives the position after each buffer
   */
  void run(long from, long to, LongConsumer reached) {
    AtomicLong position = new AtomicLong(from);
    try {
      while (position.get() < to) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException();
        }
        Failsafe.with(settings.retries()).run(() -> advance(position, to, reached));
      }
    } catch (FailsafeException e) {
      throw new SystemException(
          String.format(
              Locale.ROOT,
              "fetching %s broke off at byte %d of %d, and going on failed: %s",
              file.name(),
              position.get(),
              file.bytes(),
              e.getCause()),
          "run again when the network works; complete files are kept.",
          e.getCause());
    }
  }

  /** Fails only without progress, so that retries are counted from the last byte on. */
  private void advance(AtomicLong position, long to, LongConsumer reached)
      throws IOException, InterruptedException {
    long from = position.get();
    try (InputStream in = source.open(file, from, to)) {
      copy(in, position, to, reached);
    } catch (IOException e) {
      if (position.get() == from) {
        throw e;
      }
      LOG.debug("{} broke off at byte {}: {}", file.name(), position, e.toString());
    }
  }

  private void copy(InputStream in, AtomicLong position, long to, LongConsumer reached)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    while (position.get() < to) {
      int n = fill(in, buffer, (int) Math.min(buffer.length, to - position.get()));
      refusePointer(position.get(), buffer, n);
      write(ByteBuffer.wrap(buffer, 0, n), position.get());
      progress.arrived(n);
      reached.accept(position.addAndGet(n));
    }
  }

  /**
   * Reads until the buffer is full, because a network stream returns few bytes at a time and every
   * write costs. What arrived before a stream breaks off counts.
   */
  private static int fill(InputStream in, byte[] buffer, int wanted) throws IOException {
    int filled = 0;
    try {
      while (filled < wanted) {
        int n = in.read(buffer, filled, wanted - filled);
        if (n < 0) {
          throw new IOException("it ended early");
        }
        filled += n;
      }
    } catch (IOException e) {
      if (filled == 0) {
        throw e;
      }
    }
    return filled;
  }

  private void write(ByteBuffer bytes, long at) {
    try {
      settings.disk().write(target, bytes, at);
    } catch (IOException e) {
      throw settings.disk().refusal(folder, e);
    }
  }

  private void refusePointer(long at, byte[] buffer, int length) {
    int head = LFS_POINTER.length;
    if (at == 0 && length >= head && Arrays.equals(buffer, 0, head, LFS_POINTER, 0, head)) {
      throw new UserException(
          file.name() + " is a Git LFS pointer and not the file itself",
          "the model was copied without Git LFS: fetch its large files there (git lfs pull), or"
              + " name the model's repository on the Hub.");
    }
  }
}
