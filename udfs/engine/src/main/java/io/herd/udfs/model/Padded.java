package io.herd.udfs.model;

import java.util.List;
import java.util.stream.IntStream;

/** Prompts without their shared prefix, padded on the right to the longest. */
final class Padded {
  private final List<int[]> prompts;
  private final int shared;
  private final int[] lengths;
  private final int width;

  Padded(List<int[]> prompts, int shared) {
    this.prompts = prompts;
    this.shared = shared;
    this.lengths = prompts.stream().mapToInt(ids -> ids.length - shared).toArray();
    this.width = IntStream.of(lengths).max().orElseThrow();
  }

  int rows() {
    return lengths.length;
  }

  int width() {
    return width;
  }

  int shortest() {
    return IntStream.of(lengths).min().orElseThrow();
  }

  /** Columns {@code at .. at + columns - 1}: {@code [rows, columns]}. */
  TorchModule.Ints ids(int at, int columns) {
    long[] out = new long[rows() * columns];
    for (int row = 0; row < rows(); row++) {
      int[] ids = prompts.get(row);
      for (int i = 0; i < columns && at + i < lengths[row]; i++) {
        out[row * columns + i] = ids[shared + at + i];
      }
    }
    return new TorchModule.Ints(out, rows(), columns);
  }

  /** Returns the rows whose last token is in the columns. */
  int[] endingIn(int at, int columns) {
    return IntStream.range(0, rows())
        .filter(row -> lengths[row] > at && lengths[row] <= at + columns)
        .toArray();
  }

  /** Returns the indexes of the given rows' last tokens in the flattened columns. */
  long[] lastOf(int[] rows, int at, int columns) {
    return IntStream.of(rows).mapToLong(row -> row * columns + lengths[row] - 1 - at).toArray();
  }

  /** Returns the number of each row's tokens after the first {@code at}: {@code [rows]}. */
  long[] lengthsFrom(int at) {
    return IntStream.of(lengths).mapToLong(length -> length - at).toArray();
  }
}
