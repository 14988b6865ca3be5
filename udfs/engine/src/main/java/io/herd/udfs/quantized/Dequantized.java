package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.ElementType;
import io.herd.udfs.checkpoint.Rows;
import io.herd.udfs.checkpoint.WeightTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A matrix whose numbers are computed while it is read, in float32, and rounded once.
 *
 * @param type that the format's own tool would save the dense matrix in
 */
record Dequantized(Codes codes, ElementType type) implements WeightTensor {
  @Override
  public long[] shape() {
    return new long[] {codes.rows(), codes.columns()};
  }

  @Override
  public Rows open() throws IOException {
    return new Reading(type, codes.open(), new float[Math.toIntExact(codes.columns())]);
  }

  private record Reading(ElementType type, Codes.Reader codes, float[] row) implements Rows {
    @Override
    public void read(long first, long count, ByteBuffer into) throws IOException {
      into.clear().limit(Math.toIntExact(count * row.length * type.bytes()));
      ByteBuffer out = into.duplicate().order(ByteOrder.LITTLE_ENDIAN);
      for (long i = first; i < first + count; i++) {
        codes.read(i, row);
        Numbers.put(type, row, out);
      }
    }

    @Override
    public void close() throws IOException {
      codes.close();
    }
  }
}
