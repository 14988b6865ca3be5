package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Integers of 4 or 8 bits, packed along each row into words of 32, the first in the lowest bits.
 *
 * @param words {@code [rows, words]}
 * @param offset that was added to each
 */
record PackedCodes(StoredTensor words, long columns, int bits, int offset) implements Codes {
  /** How many words hold these integers. */
  static long words(long integers, int bits) {
    return Scaling.count(integers, Integer.SIZE / bits);
  }

  @Override
  public long rows() {
    return words.rows();
  }

  @Override
  public Reader open() throws IOException {
    return new Reading(new RowBuffer(words), bits, offset);
  }

  private record Reading(RowBuffer rows, int bits, int offset) implements Reader {
    @Override
    public void read(long row, float[] into) throws IOException {
      ByteBuffer words = rows.row(row);
      int each = Integer.SIZE / bits;
      int mask = (1 << bits) - 1;
      for (int i = 0; i < into.length; i += each) {
        int word = words.getInt();
        int end = Math.min(into.length, i + each);
        for (int j = i; j < end; j++) {
          into[j] = (word & mask) - offset;
          word >>>= bits;
        }
      }
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }
}
