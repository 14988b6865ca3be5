package io.herd.udfs.model;

import ai.djl.pytorch.jni.IValue;

/** Keys and values of all layers, {@code [rows, kvHeads, capacity, headDim]} each, in libtorch. */
final class KvCache implements AutoCloseable {
  private final TorchModule module;
  private IValue tensors;
  private int rows;
  private int capacity;

  KvCache(TorchModule module) {
    this.module = module;
  }

  IValue tensors() {
    return tensors;
  }

  /**
   * Grows the cache, or shortens its rows when they are more than twice as long as needed.
   *
   * @param mostRows that memory allows at this capacity; rows are doubled up to it, so that a
   *     filling engine isn't copied at every prompt
   */
  void reserve(int live, int neededRows, int neededCapacity, int mostRows) {
    boolean fits = neededRows <= rows && neededCapacity <= capacity;
    if (fits && capacity <= 2 * neededCapacity) {
      return;
    }
    int newRows = Math.min(mostRows, Math.max(neededRows, neededRows > rows ? 2 * rows : rows));
    if (live == 0) {
      close();
      tensors = module.keep("cache", newRows, neededCapacity);
    } else {
      int kept = Math.min(capacity, neededCapacity);
      module.run("resize", tensors, live, kept, newRows, neededCapacity);
    }
    rows = newRows;
    capacity = neededCapacity;
  }

  @Override
  public void close() {
    if (tensors != null) {
      tensors.close();
      tensors = null;
    }
    rows = 0;
    capacity = 0;
  }
}
