package io.herd.udfs.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A tensor as stored in its file.
 *
 * @param offset of its first byte in the file
 */
public record StoredTensor(Path file, ElementType type, long[] shape, long offset)
    implements WeightTensor {

  /** Returns the offset after the last byte. */
  long end() {
    return offset + bytes();
  }

  public long bytes() {
    return rows() * rowBytes();
  }

  @Override
  public Rows open() throws IOException {
    return new Reading(this, FileChannel.open(file, StandardOpenOption.READ));
  }

  /**
   * Returns the whole content, little-endian.
   *
   * @throws ArithmeticException when no array is as long
   */
  public ByteBuffer content() throws IOException {
    ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(bytes()));
    try (Rows rows = open()) {
      rows.read(0, rows(), content);
    }
    return content.order(ByteOrder.LITTLE_ENDIAN);
  }

  private record Reading(StoredTensor tensor, FileChannel channel) implements Rows {
    @Override
    public void read(long first, long count, ByteBuffer into) throws IOException {
      into.clear().limit(Math.toIntExact(count * tensor.rowBytes()));
      long at = tensor.offset + first * tensor.rowBytes();
      while (into.hasRemaining()) {
        int bytes = channel.read(into, at + into.position());
        if (bytes < 0) {
          throw new EOFException(tensor.file + " has become shorter than its header says");
        }
      }
      into.flip();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
