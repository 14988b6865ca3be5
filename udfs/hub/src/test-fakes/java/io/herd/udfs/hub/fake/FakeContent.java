package io.herd.udfs.hub.fake;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Bytes that can be sent without being held in memory. */
public interface FakeContent {
  /** How many. */
  long size() throws IOException;

  /** Sends those {@code from} (inclusive) to {@code to} (exclusive). */
  void send(long from, long to, WritableByteChannel out) throws IOException;

  /** These bytes. */
  static FakeContent of(byte[] bytes) {
    return new FakeContent() {
      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public void send(long from, long to, WritableByteChannel out) throws IOException {
        sendAll(ByteBuffer.wrap(bytes, (int) from, (int) (to - from)), out);
      }
    };
  }

  /** A file's bytes, which the kernel copies to the socket. */
  static FakeContent of(Path file) {
    return new FakeContent() {
      @Override
      public long size() throws IOException {
        return Files.size(file);
      }

      @Override
      public void send(long from, long to, WritableByteChannel out) throws IOException {
        try (FileChannel in = FileChannel.open(file)) {
          for (long at = from; at < to; ) {
            at += in.transferTo(at, to - at, out);
          }
        }
      }
    };
  }

  /** So many bytes, the same for the same seed, no two blocks alike. */
  static FakeContent generated(long bytes, long seed) {
    byte[] block = new byte[1 << 20];
    new Random(seed).nextBytes(block);
    return new FakeContent() {
      @Override
      public long size() {
        return bytes;
      }

      @Override
      public void send(long from, long to, WritableByteChannel out) throws IOException {
        byte[] copy = block.clone();
        for (long at = from; at < to; ) {
          int start = (int) (at % block.length);
          int length = (int) Math.min(block.length - start, to - at);
          ByteBuffer.wrap(copy).putLong(at / block.length);
          sendAll(ByteBuffer.wrap(copy, start, length), out);
          at += length;
        }
      }
    };
  }

  private static void sendAll(ByteBuffer bytes, WritableByteChannel out) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
