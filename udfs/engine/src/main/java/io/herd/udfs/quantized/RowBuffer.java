package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.Rows;
import io.herd.udfs.checkpoint.StoredTensor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Rows of a stored tensor one by one, of which some are read at once. */
final class RowBuffer implements Closeable {
  private static final long BYTES = 1L << 18;

  private final StoredTensor tensor;
  private final Rows rows;
  private final ByteBuffer buffer;
  private long first;
  private long count;

  RowBuffer(StoredTensor tensor) throws IOException {
    this.tensor = tensor;
    long most = Math.min(tensor.rows(), BYTES / Math.max(1, tensor.rowBytes()));
    this.buffer = ByteBuffer.allocate(Math.toIntExact(Math.max(1, most) * tensor.rowBytes()));
    this.rows = tensor.open();
  }

  /** Returns the row's bytes, little-endian, valid until the next call. */
  ByteBuffer row(long row) throws IOException {
    if (row < first || row >= first + count) {
      first = row;
      count = Math.min(tensor.rows() - row, buffer.capacity() / Math.max(1, tensor.rowBytes()));
      rows.read(first, count, buffer);
    }
    int bytes = (int) tensor.rowBytes();
    int at = (int) (row - first) * bytes;
    return buffer.slice(at, bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
