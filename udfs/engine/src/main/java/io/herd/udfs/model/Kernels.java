package io.herd.udfs.model;

/** The operators of a stage's module, beside products of matrices. */
public enum Kernels {
  /** Plain operators of libtorch, on any device. */
  PLAIN,
  /** Herd's own operators, on processors: see {@link FusedKernels}. */
  FUSED,
  /** Fused operators, and products of 8 by 8 bits, where a processor has VNNI. */
  FUSED_INT8,
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
    return this == FUSED || multipliesInt8() || this == FUSED_ATTENTION;
  }

  /** Returns whether products are of 8 by 8 bits. */
  boolean multipliesInt8() {
    return this == FUSED_INT8 || this == FUSED_ATTENTION_INT8;
  }

  /** Returns whether attention without a mask reads everything in the cache. */
  boolean seesCache() {
    return this == FUSED_ATTENTION || this == FUSED_ATTENTION_INT8 || this == FLASH;
  }

  /**
   * Returns the type of norms, KV cache and what else is not the weights of products. The residual
   * stream is float32 where products are float16 or of 8 by 8 bits.
   */
  Dtype beside(Dtype dtype) {
    return this == FUSED_ATTENTION_INT8 ? Dtype.BFLOAT16 : dtype;
  }
}
