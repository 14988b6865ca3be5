package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.StoredTensor;
import java.io.IOException;

/**
 * Integers of 4 or 8 bits as GPTQ packs them: a word holds those of several columns of one row of
 * the matrix, and words of all rows lie beside each other. All of them are read at once.
 *
 * @param words {@code [columns / integers of a word, rows]}
 */
record ColumnCodes(StoredTensor words, int bits) implements Codes {
  @Override
  public long rows() {
    return words.columns();
  }

  @Override
  public long columns() {
    return words.rows() * (Integer.SIZE / bits);
  }

  @Override
  public Reader open() throws IOException {
    return new Reading(Words.transposed(words), (int) words.rows(), bits);
  }

  private record Reading(int[] words, int wordsOfRow, int bits) implements Reader {
    @Override
    public void read(long row, float[] into) {
      int from = (int) row * wordsOfRow;
      int each = Integer.SIZE / bits;
      int mask = (1 << bits) - 1;
      for (int i = 0; i < wordsOfRow; i++) {
        int word = words[from + i];
        for (int j = i * each; j < (i + 1) * each; j++) {
          into[j] = word & mask;
          word >>>= bits;
        }
      }
    }

    @Override
    public void close() {}
  }
}
