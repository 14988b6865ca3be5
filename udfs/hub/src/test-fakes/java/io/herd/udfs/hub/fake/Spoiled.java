package io.herd.udfs.hub.fake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;

/** Contents that are not what, or not as fast as, they were. */
final class Spoiled {
  private static final int STEPS_PER_SECOND = 20;

  private Spoiled() {}

  /** Changes with {@link FakeContent#send}; the length stays. */
  private interface Sending {
    void send(long from, long to, WritableByteChannel out) throws IOException;
  }

  private static FakeContent as(FakeContent whole, Sending sending) {
    return new FakeContent() {
      @Override
      public long size() throws IOException {
        return whole.size();
      }

      @Override
      public void send(long from, long to, WritableByteChannel out) throws IOException {
        sending.send(from, to, out);
      }
    };
  }

  /** A part of it, from {@code start} to {@code end}. */
  static FakeContent slice(FakeContent whole, long start, long end) {
    return new FakeContent() {
      @Override
      public long size() {
        return end - start;
      }

      @Override
      public void send(long from, long to, WritableByteChannel out) throws IOException {
        whole.send(start + from, start + to, out);
      }
    };
  }

  /** Breaks off at a position. */
  static FakeContent cut(FakeContent whole, long position) {
    return as(
        whole,
        (from, to, out) -> {
          whole.send(from, Math.min(position, to), out);
          if (to > position) {
            throw new IOException("cut at " + position);
          }
        });
  }

  /** Has one byte changed, in the middle. */
  static FakeContent corrupted(FakeContent whole) {
    return as(
        whole,
        (from, to, out) -> {
          long middle = whole.size() / 2;
          if (middle < from || middle >= to) {
            whole.send(from, to, out);
            return;
          }
          whole.send(from, middle, out);
          ByteArrayOutputStream one = new ByteArrayOutputStream();
          whole.send(middle, middle + 1, Channels.newChannel(one));
          out.write(ByteBuffer.wrap(new byte[] {(byte) (one.toByteArray()[0] ^ 1)}));
          whole.send(middle + 1, to, out);
        });
  }

  /** Comes slowly. */
  static FakeContent throttled(FakeContent whole, long bytesPerSecond) {
    long step = Math.max(1, bytesPerSecond / STEPS_PER_SECOND);
    return as(
        whole,
        (from, to, out) -> {
          for (long at = from; at < to; at += step) {
            whole.send(at, Math.min(at + step, to), out);
            pause(1000 / STEPS_PER_SECOND);
          }
        });
  }

  private static void pause(long millis) throws InterruptedIOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped");
    }
  }
}
