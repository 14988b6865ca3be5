package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Numbers of one byte each: int8, FP8. */
record ByteCodes(StoredTensor tensor) implements Codes {
  @Override
  public long rows() {
    return tensor.rows();
  }

  @Override
  public long columns() {
    return tensor.columns();
  }

  @Override
  public Reader open() throws IOException {
    return new Reading(new RowBuffer(tensor), Numbers.table(tensor.type()));
  }

  private record Reading(RowBuffer rows, float[] table) implements Reader {
    @Override
    public void read(long row, float[] into) throws IOException {
      ByteBuffer bytes = rows.row(row);
      for (int i = 0; i < into.length; i++) {
        into[i] = table[bytes.get(i) & 255];
      }
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }
}
