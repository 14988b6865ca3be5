package io.herd.udfs.model;

/** The number type of a model's weights and computation; the code is libtorch's scalar type. */
public enum Dtype {
  FLOAT32("float32", 6, 4, 4),
  BFLOAT16("bfloat16", 15, 2, 2),
  /**
   * Used on GPUs without bfloat16. The residual stream is in float32, since a few of its channels
   * may grow beyond the 65,504 that float16 holds.
   */
  FLOAT16("float16", 5, 2, 2),
  /**
   * Products of int8 matrices, scaled by output channel, with rounded activations, scaled by token,
   * so that a row doesn't depend on its batch mates. Everything else is float32, or bfloat16 where
   * the processor multiplies it. Activations have 8 bits with VNNI or AMX. Without, x86's product
   * of bytes adds pairs in 16 bits, which 8 bits overflow: Herd's own product takes 12 bits instead
   * ({@link Kernels#FUSED_INT16}); fbgemm, where Herd's kernels can't be used, 7.
   *
   * <p>A few channels of a Llama's activations are many times larger than the others and would
   * leave them no bits. So the residual stream is rotated, which changes nothing else when the
   * weights around it are rotated too, and so is the middle of the feed-forward layer, in blocks.
   * (QuaRot, Ashkboos et al. 2024; with Hadamard's matrices of 64, and discrete Hartley transforms,
   * which exist for every width.)
   */
  INT8("int8", 6, 4, 1);

  private final String text;
  private final int torchCode;
  private final int bytes;
  private final int weightBytes;

  Dtype(String text, int torchCode, int bytes, int weightBytes) {
    this.text = text;
    this.torchCode = torchCode;
    this.bytes = bytes;
    this.weightBytes = weightBytes;
  }

  /** Returns the name in configurations and reports. */
  public String text() {
    return text;
  }

  /** Returns the scalar type of everything except the weights of products. */
  public int torchCode() {
    return torchCode;
  }

  /** Returns the bytes per element of everything except the weights of products. */
  public int bytes() {
    return bytes;
  }

  /** Returns the bytes per element of a product's weights. */
  public int weightBytes() {
    return weightBytes;
  }
}
