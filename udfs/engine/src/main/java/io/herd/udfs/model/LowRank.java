package io.herd.udfs.model;

import io.herd.udfs.checkpoint.WeightTensor;
import java.util.List;
import java.util.stream.Stream;

/**
 * An adapter's update of a matrix of {@code out} rows and {@code in} columns: {@code scale * b * a}
 * (LoRA, Hu et al. 2021).
 *
 * @param a {@code [rank, in]}
 * @param b {@code [out, rank]}
 * @param magnitude {@code [out]}, the length that each row of the sum gets (DoRA, Liu et al. 2024);
 *     or null
 */
record LowRank(WeightTensor a, WeightTensor b, WeightTensor magnitude, double scale) {

  /** Returns the tensors in the order of reading. */
  List<WeightTensor> tensors() {
    return Stream.of(a, b, magnitude).filter(each -> each != null).toList();
  }
}
