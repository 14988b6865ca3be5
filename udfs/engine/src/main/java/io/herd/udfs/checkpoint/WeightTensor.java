package io.herd.udfs.checkpoint;

import java.io.IOException;

/** A tensor of at most two dimensions that is read row by row. */
public interface WeightTensor {
  /** Returns the sizes of its dimensions; callers must not change them. */
  long[] shape();

  ElementType type();

  /** Opens it for reading. */
  Rows open() throws IOException;

  default long rows() {
    return shape().length == 0 ? 1 : shape()[0];
  }

  default long columns() {
    return shape().length < 2 ? 1 : shape()[1];
  }

  default long rowBytes() {
    return columns() * type().bytes();
  }
}
