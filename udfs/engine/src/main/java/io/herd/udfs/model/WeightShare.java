package io.herd.udfs.model;

import io.herd.udfs.model.LlamaScript.Weight;
import io.herd.udfs.model.TorchModule.Value;
import io.herd.udfs.model.WeightLayout.Matrix;
import java.io.IOException;
import java.util.List;
import java.util.Queue;

/**
 * Loads some of a stage's matrices on one thread: streams them from safetensors, converts them to
 * the module's type, and packs them for products.
 *
 * @param tied whether the embedding is the head, too
 * @param pieceBytes of one buffer, about
 */
record WeightShare(LlamaScript script, Dtype dtype, Stage stage, boolean tied, long pieceBytes) {
  private static final int FLOAT32 = Dtype.FLOAT32.torchCode();

  /**
   * A matrix in the module's form.
   *
   * @param int8 whether it is quantized
   */
  record Made(Weight name, int layer, Value value, boolean int8) implements AutoCloseable {
    void keep(LlamaScript script) {
      switch (name) {
        case INPUT_LAYERNORM, POST_ATTENTION_LAYERNORM, NORM -> script.keepNorm(name, value);
        default -> {
          if (int8) {
            script.keepInt8(name, value);
          } else {
            script.keep(name, value);
          }
        }
      }
    }

    @Override
    public void close() {
      if (value != null) {
        value.close();
      }
    }
  }

  /** Adds the loaded matrices to {@code made}. */
  void load(List<Matrix> matrices, Queue<Made> made) throws IOException {
    List<Stored> parts = matrices.stream().flatMap(matrix -> matrix.parts().stream()).toList();
    try (TensorFiller filler = new TensorFiller(script, stage.device(), pieceBytes, parts);
        Scratch scratch = new Scratch(script)) {
      for (Matrix matrix : matrices) {
        make(matrix, filled(matrix, filler, scratch), made);
      }
    }
  }

  private Value filled(Matrix matrix, TensorFiller filler, Scratch scratch) throws IOException {
    long rows = matrix.rows();
    int type = type(matrix);
    Value w =
        isScratch(matrix)
            ? scratch.take(rows, matrix.columns(), type)
            : filler.allocate(rows, matrix.columns(), type);
    try {
      long row = 0;
      for (Stored part : matrix.parts()) {
        filler.fill(w, row, part);
        row += part.tensor().rows();
      }
      return w;
    } catch (IOException | RuntimeException | Error e) {
      try (w) {
        throw e;
      }
    }
  }

  /** Matrices to be quantized keep their stored type until then, or the type of adapters' sums. */
  private int type(Matrix matrix) {
    if (dtype != Dtype.INT8 || matrix.isNorm() || matrix.name() == Weight.EMBED_TOKENS) {
      return stage.kernels().beside(dtype).torchCode();
    }
    int[] stored =
        matrix.parts().stream()
            .mapToInt(part -> part.updates().isEmpty() ? part.tensor().type().torchCode() : FLOAT32)
            .distinct()
            .toArray();
    return stored.length == 1 ? stored[0] : FLOAT32;
  }

  /** A head is far larger than the others: its memory would be held until the last is loaded. */
  private boolean isScratch(Matrix matrix) {
    return stage.device().computesOnThreads() && matrix.inLayer() && !matrix.isNorm();
  }

  private void make(Matrix matrix, Value w, Queue<Made> made) {
    if (matrix.isNorm()) {
      made.add(new Made(matrix.name(), matrix.layer(), w, false));
    } else if (matrix.name() == Weight.EMBED_TOKENS) {
      made.add(new Made(matrix.name(), matrix.layer(), w, false));
      if (tied) {
        made.add(packed(Weight.LM_HEAD, 0, w, false));
      }
    } else {
      try (w) {
        made.add(packed(matrix.name(), matrix.layer(), w, isScratch(matrix)));
      }
    }
  }

  private Made packed(Weight name, int layer, Value w, boolean copy) {
    boolean int8 = dtype == Dtype.INT8;
    return new Made(
        name, layer, int8 ? script.packInt8(name, layer, w) : script.pack(w, copy), int8);
  }
}
