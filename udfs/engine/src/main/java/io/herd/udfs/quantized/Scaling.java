package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.StoredTensor;
import java.io.IOException;

/**
 * How codes become weights: {@code (code - zero) * scale * factor}, where a scale and its zero
 * point are those of a block of rows and a group of columns.
 *
 * @param scales of any shape
 * @param zeros as many as scales, in their order; or null where all are 0
 * @param groups of each column
 * @param rowBlock rows that have a scale in common
 * @param rowStride places from a block of rows to the next
 * @param groupStride places from a group to the next
 * @param factor that the product is multiplied by
 */
record Scaling(
    StoredTensor scales,
    Zeros zeros,
    Groups groups,
    long rowBlock,
    int rowStride,
    int groupStride,
    float factor) {

  /** Zero points, read from where they are stored. */
  interface Zeros {
    float[] read() throws IOException;
  }

  /** The number of each column's group. */
  interface Groups {
    int[] read() throws IOException;
  }

  /** Scales {@code [row blocks, groups]}, where groups are neighbours. */
  static Scaling blocks(StoredTensor scales, Zeros zeros, Groups groups, long rowBlock) {
    int stride = Math.toIntExact(scales.columns());
    return new Scaling(scales, zeros, groups, rowBlock, stride, 1, 1);
  }

  /** Scales {@code [groups, rows]}. */
  static Scaling transposed(StoredTensor scales, Zeros zeros, Groups groups) {
    return new Scaling(scales, zeros, groups, 1, 1, Math.toIntExact(scales.columns()), 1);
  }

  /** Multiplies the products by a factor. */
  Scaling times(float factor) {
    return new Scaling(scales, zeros, groups, rowBlock, rowStride, groupStride, factor);
  }

  /** How many blocks cover them, the last of which may be shorter. */
  static long count(long size, long block) {
    return (size - 1) / block + 1;
  }

  /** Groups of columns that are next to each other. */
  static Groups neighbours(long columns, long size) {
    return () -> {
      int[] groups = new int[Math.toIntExact(columns)];
      for (int i = 0; i < groups.length; i++) {
        groups[i] = (int) (i / size);
      }
      return groups;
    };
  }

  /** The matrix that comes of these codes. */
  Codes of(Codes codes) {
    return new Scaled(codes, this);
  }

  private record Scaled(Codes codes, Scaling scaling) implements Codes {
    @Override
    public long rows() {
      return codes.rows();
    }

    @Override
    public long columns() {
      return codes.columns();
    }

    @Override
    public Reader open() throws IOException {
      float[] scales = Numbers.floats(scaling.scales);
      float[] zeros = scaling.zeros == null ? new float[scales.length] : scaling.zeros.read();
      int[] places = scaling.groups.read();
      for (int i = 0; i < places.length; i++) {
        places[i] *= scaling.groupStride;
      }
      return new Reading(codes.open(), scaling, scales, zeros, places);
    }
  }

  private record Reading(
      Codes.Reader codes, Scaling scaling, float[] scales, float[] zeros, int[] places)
      implements Codes.Reader {
    @Override
    public void read(long row, float[] into) throws IOException {
      codes.read(row, into);
      int from = (int) (row / scaling.rowBlock) * scaling.rowStride;
      for (int i = 0; i < into.length; i++) {
        int at = from + places[i];
        into[i] = (into[i] - zeros[at]) * scales[at] * scaling.factor;
      }
    }

    @Override
    public void close() throws IOException {
      codes.close();
    }
  }
}
