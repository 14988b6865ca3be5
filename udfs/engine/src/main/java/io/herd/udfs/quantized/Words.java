package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.StoredTensor;
import java.io.IOException;

/** Words of 32 bits that hold integers of several rows each, as rows of words. */
final class Words {
  private static final int TILE = 16;

  private Words() {}

  /**
   * Reads a matrix of them, columns as rows.
   *
   * @param words {@code [rows, columns]}
   * @return {@code [columns, rows]}
   */
  static int[] transposed(StoredTensor words) throws IOException {
    int[] from = Numbers.ints(words);
    int[] to = new int[from.length];
    int rows = (int) words.rows();
    int columns = (int) words.columns();
    for (int top = 0; top < rows; top += TILE) { // a tile's lines stay in the processor's cache
      int bottom = Math.min(rows, top + TILE);
      for (int column = 0; column < columns; column++) {
        for (int row = top; row < bottom; row++) {
          to[column * rows + row] = from[row * columns + column];
        }
      }
    }
    return to;
  }
}
