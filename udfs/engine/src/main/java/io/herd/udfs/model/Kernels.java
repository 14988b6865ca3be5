package io.herd.udfs.model;

/** What a stage's module is made of, besides products of matrices. */
public enum Kernels {
  /** Plain operators of libtorch, on any device. */
  PLAIN,
  /** Herd's own operators, on processors: see {@link FusedKernels}. */
  FUSED,
  /** These, and products of 8 by 8 bits, where a processor has VNNI. */
  FUSED_INT8,
  /** Fused, and attention of several tokens, where a processor multiplies bfloat16. */
  FUSED_ATTENTION,
  /** All of these; all but the weights of products is in bfloat16. */
  FUSED_ATTENTION_INT8,
  /**
   * Attention is one CUDA kernel that knows each row's length; elsewhere than on CUDA plain
   * operators do the same, more slowly.
   */
  FLASH;

  /** Whether they are Herd's own. */
  boolean fused() {
    return this == FUSED || multipliesInt8() || this == FUSED_ATTENTION;
  }

  /** Whether products are of 8 by 8 bits. */
  boolean multipliesInt8() {
    return this == FUSED_INT8 || this == FUSED_ATTENTION_INT8;
  }

  /** Whether attention without a mask sees all that the cache holds. */
  boolean seesCache() {
    return this == FUSED_ATTENTION || this == FUSED_ATTENTION_INT8 || this == FLASH;
  }

  /** Of everything but the weights of products: residual stream, norms, KV cache. */
  Dtype beside(Dtype dtype) {
    return this == FUSED_ATTENTION_INT8 ? Dtype.BFLOAT16 : dtype;
  }
}
