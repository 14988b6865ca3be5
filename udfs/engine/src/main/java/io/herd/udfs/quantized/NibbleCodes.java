package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.Rows;
import io.herd.udfs.checkpoint.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Numbers of half a byte, stored consecutively across rows, the first in the upper half.
 *
 * @param packed {@code [bytes, 1]}
 * @param map what each of 16 codes stands for
 * @param block numbers that are multiplied by the same one of {@code largest}
 */
record NibbleCodes(
    StoredTensor packed,
    StoredTensor map,
    BitsAndBytes4.Largest largest,
    long rows,
    long columns,
    long block)
    implements Codes {
  @Override
  public Reader open() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(columns / 2 + 1));
    return new Reading(packed.open(), bytes, Numbers.floats(map), largest.read(), block);
  }

  private record Reading(Rows packed, ByteBuffer bytes, float[] map, float[] largest, long block)
      implements Reader {
    @Override
    public void read(long row, float[] into) throws IOException {
      long first = row * into.length;
      long end = (first + into.length + 1) / 2;
      packed.read(first / 2, end - first / 2, bytes);
      for (int i = 0; i < into.length; i++) {
        long at = first + i;
        int pair = bytes.get((int) (at / 2 - first / 2));
        int code = at % 2 == 0 ? pair >> 4 & 15 : pair & 15;
        into[i] = map[code] * largest[(int) (at / block)];
      }
    }

    @Override
    public void close() throws IOException {
      packed.close();
    }
  }
}
