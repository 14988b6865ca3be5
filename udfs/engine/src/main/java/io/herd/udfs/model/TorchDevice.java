package io.herd.udfs.model;

import ai.djl.Device;

/**
 * A processor or a GPU, and all in which an engine differs between the two: this is the one place
 * that decides by the kind of device.
 *
 * @param name as libtorch calls it: {@code cpu}, {@code cuda:1}
 * @param capability a GPU's compute capability, 90 for 9.0; 0 for processors
 */
public record TorchDevice(String name, int capability) {
  private static final String CUDA = "cuda:";

  /** From Ampere on tensor cores multiply bfloat16, and FlashAttention-2 has kernels. */
  private static final int AMPERE = 80;

  public static TorchDevice cpu() {
    return new TorchDevice("cpu", 0);
  }

  public static TorchDevice gpu(int index, int capability) {
    return new TorchDevice(CUDA + index, capability);
  }

  /** A GPU that does all that Herd may ask of one. */
  public static TorchDevice gpu(int index) {
    return of(CUDA + index);
  }

  /** By its name; a GPU is taken to do all that Herd may ask of one. */
  public static TorchDevice of(String name) {
    return new TorchDevice(name, name.startsWith(CUDA) ? AMPERE : 0);
  }

  public boolean isGpu() {
    return name.startsWith(CUDA);
  }

  /** Which of the GPUs it is, from 0. */
  public int index() {
    return Integer.parseInt(name.substring(CUDA.length()));
  }

  /** As DJL calls it. */
  public Device djl() {
    return isGpu() ? Device.gpu(index()) : Device.cpu();
  }

  /**
   * Whether it multiplies matrices of this type. The kernels for int8 are those of processors; GPUs
   * before Ampere have none for bfloat16 (T4, V100, RTX 20).
   */
  public boolean computesIn(Dtype dtype) {
    return !isGpu() || (dtype != Dtype.INT8 && (dtype != Dtype.BFLOAT16 || capability >= AMPERE));
  }

  /**
   * Whether attention is one kernel that knows each row's length (FlashAttention-2, Dao 2023),
   * which CUDA has for types of 16 bits. The KV cache then lies token by token.
   */
  public boolean hasFlashAttention(Dtype dtype) {
    return isGpu() && dtype == Dtype.BFLOAT16 && capability >= AMPERE;
  }

  /** Whether oneDNN multiplies, which wants weights in a layout of its own. */
  public boolean hasOneDnn() {
    return !isGpu();
  }

  /** Whether the threads that call libtorch also compute, so that they can be shared out. */
  public boolean computesOnThreads() {
    return !isGpu();
  }

  /** Whether probabilities are in float64, which GPUs calculate a fraction as fast as float32. */
  boolean drawsWide() {
    return !isGpu();
  }

  /**
   * Most rows generated at once. On processors more take longer by as much; a decode step of 1B on
   * an H200 is launches and weights for most of its time up to some 500 rows.
   */
  public int mostSlots() {
    return isGpu() ? 1024 : 128;
  }

  /** As many rows at once as are tried in any case: with fewer, a GPU mostly reads weights. */
  int leastSlots() {
    return isGpu() ? 64 : mostSlots();
  }

  /**
   * Tokens of a decode pass that cost as much as what a pass costs beside them: some 15 on two
   * cores with AVX-512; on GPUs it isn't measured.
   */
  int passTokens() {
    return isGpu() ? 256 : 15;
  }

  /** Whether it copies faster from memory of the host whose pages stay where they are. */
  boolean readsPinnedMemory() {
    return isGpu();
  }

  /** Tokens of one prefill pass. More than this are no faster by the token, and take memory. */
  public int prefillTokens() {
    return isGpu() ? 8192 : 512;
  }

  /**
   * Tokens in which the capacity of cache rows grows. Attention on processors reads whole rows and
   * wants them short; flash attention reads what is used and wants all rows in one arena.
   */
  public int capacityStep(Dtype dtype) {
    return hasFlashAttention(dtype) ? 512 : 32;
  }

  @Override
  public String toString() {
    return name;
  }
}
