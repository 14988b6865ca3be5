package io.herd.udfs.model;

/**
 * The layers of a model on one device. The first stage has the embedding too, the last one the
 * head.
 *
 * @param device where
 * @param firstLayer of the model's
 * @param layers how many
 * @param of layers of the whole model
 * @param kernels of its module
 */
public record Stage(TorchDevice device, int firstLayer, int layers, int of, Kernels kernels) {

  boolean first() {
    return firstLayer == 0;
  }

  boolean last() {
    return firstLayer + layers == of;
  }

  /** Returns the bytes that one token of one row occupies in this stage's part of the KV cache. */
  public long kvBytesPerToken(ModelSpec spec, Dtype dtype) {
    return spec.kvBytesPerToken(kernels.beside(dtype)) / of * layers;
  }
}
