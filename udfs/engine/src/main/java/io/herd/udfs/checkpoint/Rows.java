package io.herd.udfs.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open tensor, for one thread. */
public interface Rows extends Closeable {
  /**
   * Reads rows {@code first .. first + count - 1} to the beginning of a buffer, as little-endian
   * elements of the tensor's type, one row behind the other.
   */
  void read(long first, long count, ByteBuffer into) throws IOException;
}
