package io.herd.udfs.model;

import ai.djl.Device;

/**
 * A processor or a GPU, with all differences between the two: no other class decides by the kind of
 * device.
 *
 * @param name as libtorch calls it: {@code cpu}, {@code cuda:1}
 * @param capability a GPU's compute capability, 90 for 9.0; 0 for processors
 */
public record TorchDevice(String name, int capability) {
  private static final String CUDA = "cuda:";

  /** Since Ampere, tensor cores multiply bfloat16, and FlashAttention-2 has kernels. */
  private static final int AMPERE = 80;

  public static TorchDevice cpu() {
    return new TorchDevice("cpu", 0);
  }

  public static TorchDevice gpu(int index, int capability) {
    return new TorchDevice(CUDA + index, capability);
  }

  /** Returns a GPU that supports everything that Herd may need. */
  public static TorchDevice gpu(int index) {
    return of(CUDA + index);
  }

  /** Returns a device by its name; a GPU is assumed to support everything that Herd may need. */
  public static TorchDevice of(String name) {
    return new TorchDevice(name, name.startsWith(CUDA) ? AMPERE : 0);
  }

  public boolean isGpu() {
    return name.startsWith(CUDA);
  }

  /** Returns the GPU's index, from 0. */
  public int index() {
    return Integer.parseInt(name.substring(CUDA.length()));
  }

  /** Returns DJL's name. */
  public Device djl() {
    return isGpu() ? Device.gpu(index()) : Device.cpu();
  }

  /**
   * Returns whether it multiplies matrices of this type. The kernels for int8 are those of
   * processors; GPUs before Ampere have none for bfloat16 (T4, V100, RTX 20).
   */
  public boolean computesIn(Dtype dtype) {
    return !isGpu() || (dtype != Dtype.INT8 && (dtype != Dtype.BFLOAT16 || capability >= AMPERE));
  }

  /**
   * Returns whether attention is one kernel that knows each row's length (FlashAttention-2, Dao
   * 2023), which CUDA has for 16-bit types. The KV cache then lies token by token.
   */
  public boolean hasFlashAttention(Dtype dtype) {
    return isGpu() && dtype == Dtype.BFLOAT16 && capability >= AMPERE;
  }

  /** Returns whether oneDNN multiplies, which needs weights in its own layout. */
  public boolean hasOneDnn() {
    return !isGpu();
  }

  /**
   * Returns whether the threads that call libtorch also compute, so that they can be divided among
   * lanes.
   */
  public boolean computesOnThreads() {
    return !isGpu();
  }

  /**
   * Returns whether probabilities are float64, which GPUs compute much more slowly than float32.
   */
  boolean drawsWide() {
    return !isGpu();
  }

  /**
   * Returns the maximum number of concurrent rows. On processors more take longer by as much; a
   * decode step of 1B on an H200 is launches and weights for most of its time up to some 500 rows.
   */
  public int mostSlots() {
    return isGpu() ? 1024 : 128;
  }

  /** Returns the minimum number of concurrent rows: with fewer, a GPU mostly reads weights. */
  int leastSlots() {
    return isGpu() ? 64 : mostSlots();
  }

  /**
   * Returns the number of tokens whose cost equals the fixed cost of a decode pass: some 15 on two
   * cores with AVX-512; not measured on GPUs.
   */
  int passTokens() {
    return isGpu() ? 256 : 15;
  }

  /** Returns whether copies from page-locked host memory are faster. */
  boolean readsPinnedMemory() {
    return isGpu();
  }

  /**
   * Returns the number of tokens in one prefill pass. More than this are no faster by the token,
   * and take memory.
   */
  public int prefillTokens() {
    return isGpu() ? 8192 : 512;
  }

  /**
   * Returns the granularity of cache row capacities, in tokens. Attention on processors reads whole
   * rows and wants them short; flash attention reads what is used and wants all rows in one arena.
   */
  public int capacityStep(Dtype dtype) {
    return hasFlashAttention(dtype) ? 512 : 32;
  }

  @Override
  public String toString() {
    return name;
  }
}
