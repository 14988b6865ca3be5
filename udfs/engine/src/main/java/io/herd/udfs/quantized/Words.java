package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.Rows;
import io.herd.udfs.checkpoint.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Words of 32 bits that hold integers of several rows each, as rows of words. */
final class Words {
  /** Their words of one column are a line of the processor's cache. */
  private static final int TILE = 16;

  private Words() {}

  /**
   * Reads a matrix of them, columns as rows, some rows at a time.
   *
   * @param words {@code [rows, columns]}
   * @return {@code [columns, rows]}
   */
  static int[] transposed(StoredTensor words) throws IOException {
    int rows = (int) words.rows();
    int columns = (int) words.columns();
    int[] to = new int[Math.multiplyExact(rows, columns)];
    int[] tile = new int[Math.min(TILE, rows) * columns];
    ByteBuffer read = ByteBuffer.allocate(tile.length * Integer.BYTES);
    read.order(ByteOrder.LITTLE_ENDIAN);
    try (Rows open = words.open()) {
      for (int first = 0; first < rows; first += TILE) {
        int count = Math.min(TILE, rows - first);
        open.read(first, count, read);
        read.asIntBuffer().get(tile, 0, count * columns);
        for (int column = 0; column < columns; column++) {
          for (int row = 0; row < count; row++) {
            to[column * rows + first + row] = tile[row * columns + column];
          }
        }
      }
    }
    return to;
  }
}
