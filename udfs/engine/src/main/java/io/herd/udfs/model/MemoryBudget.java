package io.herd.udfs.model;

/**
 * What an engine does with the memory that a device has free once the weights are loaded: forward
 * passes need some, the KV cache gets the rest, and the rows at once are as many as it holds.
 *
 * @param device of the model, or of one of its stages
 */
public record MemoryBudget(TorchDevice device, ModelSpec spec, Dtype dtype) {
  private static final long LEAST_FOR_PASSES = 2_000_000_000L;

  /** Tokens of a row, prompt and completion, where the rows are not known yet. */
  private static final int MEAN_ROW = 512;

  /** Bytes for one logit while a token is drawn: itself, in float32, and a probability. */
  private static final int DRAWING_BYTES = 16;

  /**
   * Bytes for the KV cache. On processors others run beside the engine, and plain attention takes
   * memory by the square of a prompt's length: there it is half of what is free. On a GPU with
   * flash attention it is all but what passes need, and a small part.
   *
   * @param freeBytes of the device
   * @param kvBytesPerToken of the layers on it
   */
  public long cacheBytes(long freeBytes, long kvBytesPerToken) {
    long half = freeBytes / 2;
    if (spec.isLlama4() || !device.hasFlashAttention(dtype)) {
      return half;
    }
    int slots = slots((freeBytes - LEAST_FOR_PASSES) / kvBytesPerToken);
    long passes = Math.max(LEAST_FOR_PASSES, passBytes(slots));
    return Math.max(half, freeBytes - freeBytes / ArenaSizes.PARTS - passes);
  }

  /**
   * Bytes that passes over {@code slots} rows need: the longest prefill's activations of one layer,
   * and the logits of every row.
   */
  public long passBytes(int slots) {
    long norms = 6L * spec.hidden(); // the residual stream, and a norm of it and its negative
    long attention = 4L * (spec.heads() + spec.kvHeads()) * spec.headDim();
    long feedForward = 3L * spec.intermediate();
    long activations = norms + Math.max(attention, feedForward);
    return activations * dtype.bytes() * device.prefillTokens()
        + (long) slots * spec.vocabulary() * DRAWING_BYTES;
  }

  /** Rows at once beside a cache of {@code kvTokens}. */
  public int slots(long kvTokens) {
    long held = Math.max(device.leastSlots(), kvTokens / MEAN_ROW);
    return (int) Math.min(held, device.mostSlots());
  }

  /**
   * Bytes of the weights. Only oneDNN's layout makes a tied head a second copy of the embedding.
   */
  public long weightBytes() {
    boolean once = spec.tiedHead() && !device.hasOneDnn();
    return spec.weightBytes(dtype) - (once ? spec.embeddingBytes(dtype) : 0);
  }
}
