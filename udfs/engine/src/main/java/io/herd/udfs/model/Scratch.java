package io.herd.udfs.model;

import io.herd.udfs.model.TorchModule.Value;

/**
 * Memory that a share's matrices take in turn, each until it is packed. The system clears memory
 * that is new to the process, which took a fifth of loading.
 */
final class Scratch implements AutoCloseable {
  private final LlamaScript script;
  private Value memory;
  private long elements;
  private int type;

  Scratch(LlamaScript script) {
    this.script = script;
  }

  /** Returns a matrix, uninitialized and valid until the next one is taken. */
  Value take(long rows, long columns, int type) {
    if (memory == null || this.type != type || elements < rows * columns) {
      close();
      memory = script.allocate(rows, columns, type, TorchDevice.cpu().name());
      elements = rows * columns;
      this.type = type;
    }
    return script.part(memory, rows, columns);
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
      memory = null;
    }
  }
}
