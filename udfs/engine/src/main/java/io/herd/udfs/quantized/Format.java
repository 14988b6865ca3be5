package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.WeightTensor;
import java.io.IOException;
import java.util.List;

/** One way to store a model's matrices in few bits. */
interface Format {
  /** Returns its name with the configured variant: {@code GPTQ 4-bit}. */
  String words();

  /** A module that is stored so has a tensor with one of these names behind its own. */
  List<String> markers();

  /**
   * The dense weight of a module.
   *
   * @throws io.herd.udfs.UserException when its tensors aren't as the format has them
   */
  WeightTensor weight(Parts parts) throws IOException;
}
