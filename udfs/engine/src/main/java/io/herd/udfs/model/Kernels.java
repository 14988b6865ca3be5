package io.herd.udfs.model;

/** What a stage's module is made of, besides products of matrices. */
public enum Kernels {
  /** Plain operators of libtorch, on any device. */
  PLAIN,
  /** Herd's own operators, on processors: see {@link FusedKernels}. */
  FUSED,
  /** These, and one for attention of several tokens, where a processor multiplies bfloat16. */
  FUSED_ATTENTION,
  /**
   * Attention is one CUDA kernel that knows each row's length; elsewhere than on CUDA plain
   * operators do the same, more slowly.
   */
  FLASH;

  /** Whether they are Herd's own. */
  boolean fused() {
    return this == FUSED || this == FUSED_ATTENTION;
  }

  /** Whether attention without a mask sees all that the cache holds. */
  boolean seesCache() {
    return this == FUSED_ATTENTION || this == FLASH;
  }
}
