package io.herd.udfs.model;

/** The operators of a stage's module, beside products of matrices. */
public enum Kernels {
  /** Plain operators of libtorch, on any device. */
  PLAIN,
  /** Herd's own operators, on processors: see {@link FusedKernels}. */
  FUSED,
  /** Fused operators, with products of 8-bit weights by 8-bit activations, where there is VNNI. */
  FUSED_INT8,
  /** Fused operators, with Herd's own products of 8-bit weights by 16-bit activations. */
  FUSED_INT16,
  /** Fused operators, and attention over several tokens, where a processor multiplies bfloat16. */
  FUSED_ATTENTION,
  /** All of the fused operators; everything except the weights of products is bfloat16. */
  FUSED_ATTENTION_INT8,
  /**
   * Attention is one CUDA kernel that knows each row's length; elsewhere than on CUDA plain
   * operators do the same, more slowly.
   */
  FLASH;

  /** Returns whether they are Herd's own. */
  boolean fused() {
    return this != PLAIN && this != FLASH;
  }

  /** Returns the bits that {@link Dtype#INT8} rounds activations to. */
  int activationBits() {
    return switch (this) {
      case FUSED_INT16 -> 16;
      case FUSED_INT8, FUSED_ATTENTION_INT8 -> 8;
      default -> 7;
    };
  }

  /** Returns whether attention without a mask reads everything in the cache. */
  boolean seesCache() {
    return this == FUSED_ATTENTION || this == FUSED_ATTENTION_INT8 || this == FLASH;
  }

  /**
   * Returns the type of norms, KV cache and what else is not the weights of products. The residual
   * stream is float32 in float16 and int8.
   */
  Dtype beside(Dtype dtype) {
    return this == FUSED_ATTENTION_INT8 ? Dtype.BFLOAT16 : dtype;
  }
}
