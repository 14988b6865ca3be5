package io.herd.udfs.model;

import java.io.Serializable;
import java.util.Set;

/**
 * What {@code config.json} and {@code generation_config.json} say of a Llama's shape and maths.
 *
 * @param layers decoder layers
 * @param heads query heads
 * @param kvHeads key and value heads; each serves {@code heads / kvHeads} query heads
 * @param headDim elements of one head
 * @param hidden width of the residual stream
 * @param intermediate width of the gated feed-forward layer
 * @param vocabulary rows of the embedding
 * @param epsilon of the RMS norms
 * @param rope rotary position embedding
 * @param maxPositions tokens, prompt and completion together, that the model was made for
 * @param tiedHead true when the output head is the embedding
 * @param endIds ids that end a completion, from both files
 * @param imageTokens rows of the embedding behind the vocabulary, for what stands for images
 * @param llama4 additional properties of Llama 4's layers; null for other Llamas
 */
public record ModelSpec(
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    int hidden,
    int intermediate,
    int vocabulary,
    double epsilon,
    Rope rope,
    int maxPositions,
    boolean tiedHead,
    Set<Integer> endIds,
    int imageTokens,
    Llama4 llama4)
    implements Serializable {

  public ModelSpec {
    endIds = Set.copyOf(endIds);
  }

  /** Number of weights. */
  public long parameters() {
    return layers * (layerProducts() + 2L * hidden)
        + hidden
        + embedding()
        + (tiedHead ? 0 : head());
  }

  /** Bytes of the weights as an engine holds them: a tied head is laid out a second time. */
  public long weightBytes(Dtype dtype) {
    return embeddingBytes(dtype) + layers * layerBytes(dtype) + headBytes(dtype);
  }

  long layerBytes(Dtype dtype) {
    return 2L * hidden * dtype.bytes() + layerProducts() * dtype.weightBytes();
  }

  long embeddingBytes(Dtype dtype) {
    return embedding() * dtype.bytes();
  }

  /** Returns the bytes of the last norm and the output head. */
  long headBytes(Dtype dtype) {
    return (long) hidden * dtype.bytes() + head() * dtype.weightBytes();
  }

  private long layerProducts() {
    return (long) hidden * headDim * (2L * heads + 2L * kvHeads) + 3L * hidden * intermediate;
  }

  /** Returns this model with a head separate from the embedding. */
  ModelSpec untied() {
    return new ModelSpec(
        layers,
        heads,
        kvHeads,
        headDim,
        hidden,
        intermediate,
        vocabulary,
        epsilon,
        rope,
        maxPositions,
        false,
        endIds,
        imageTokens,
        llama4);
  }

  /** Returns whether its attention is Llama 4's. */
  public boolean isLlama4() {
    return llama4 != null;
  }

  /** Rows of the embedding. */
  public int embeddings() {
    return vocabulary + imageTokens;
  }

  private long embedding() {
    return (long) embeddings() * hidden;
  }

  private long head() {
    return (long) vocabulary * hidden;
  }

  /** Bytes that one token of one row occupies in the KV cache. */
  public long kvBytesPerToken(Dtype dtype) {
    return 2L * layers * kvHeads * headDim * dtype.bytes();
  }
}
