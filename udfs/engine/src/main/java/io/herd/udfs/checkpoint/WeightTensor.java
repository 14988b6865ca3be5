package io.herd.udfs.checkpoint;

import java.io.IOException;

/** A tensor of at most two dimensions that is read by its rows. */
public interface WeightTensor {
  /** Sizes of its dimensions; not to be changed. */
  long[] shape();

  ElementType type();

  /** Begins to read it. */
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
