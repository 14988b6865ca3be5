package io.herd.udfs.quantized;

import java.io.Closeable;
import java.io.IOException;

/** The numbers that a quantized matrix is stored as, in float32. */
interface Codes {
  long rows();

  long columns();

  Reader open() throws IOException;

  /** One that is open, for one thread. */
  interface Reader extends Closeable {
    /** Reads a row; {@code into} has its length. */
    void read(long row, float[] into) throws IOException;
  }
}
