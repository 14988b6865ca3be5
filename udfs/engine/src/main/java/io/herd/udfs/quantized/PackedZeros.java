package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.StoredTensor;
import java.io.IOException;

/** Zero points of a few bits, packed into words of 32, in the order of their scales. */
final class PackedZeros {
  private PackedZeros() {}

  /**
   * Unpacks them where words follow each other down a column.
   *
   * @param words {@code [words, columns]}
   * @param offset that was added to each
   * @return {@code [rows, columns]}
   */
  static float[] down(StoredTensor words, long rows, int bits, int offset) throws IOException {
    int[] packed = Numbers.ints(words);
    int columns = (int) words.columns();
    int each = Integer.SIZE / bits;
    float[] zeros = new float[Math.toIntExact(rows * columns)];
    for (int i = 0; i < zeros.length; i++) {
      int row = i / columns;
      int word = packed[row / each * columns + i % columns];
      zeros[i] = (word >>> (row % each * bits) & (1 << bits) - 1) - offset;
    }
    return zeros;
  }

  /**
   * Unpacks them where words follow each other along a row.
   *
   * @param words {@code [rows, words of a row]}
   * @param columns of the result
   * @param order place in its word of each of a word's columns
   * @return {@code [rows, columns]}
   */
  static float[] along(int[] words, int rows, int columns, int bits, int[] order) {
    int each = order.length;
    int wordsOfRow = words.length / rows;
    float[] zeros = new float[Math.multiplyExact(rows, columns)];
    for (int i = 0; i < zeros.length; i++) {
      int column = i % columns;
      int word = words[i / columns * wordsOfRow + column / each];
      zeros[i] = word >>> (order[column % each] * bits) & (1 << bits) - 1;
    }
    return zeros;
  }
}
