package io.herd.udfs.runtime;

import io.herd.udfs.model.ModelSpec;
import java.util.Set;

/** Llamas of real sizes, without weights. */
final class Shapes {
  /** SmolLM2, 135 million weights. */
  static final ModelSpec SMALL = llama(30, 9, 3, 64, 576, 1536, 49_152, true);

  static final ModelSpec ONE_BILLION = llama(16, 32, 8, 64, 2048, 8192, 128_256, true);

  private Shapes() {}

  static ModelSpec llama(
      int layers,
      int heads,
      int kvHeads,
      int headDim,
      int hidden,
      int intermediate,
      int vocabulary,
      boolean tied) {
    return new ModelSpec(
        layers,
        heads,
        kvHeads,
        headDim,
        hidden,
        intermediate,
        vocabulary,
        1e-5,
        null,
        131_072,
        tied,
        Set.of(1),
        0,
        null);
  }
}
