package io.herd.udfs.model;

import ai.djl.engine.EngineException;
import io.herd.udfs.model.LlamaScript.Weight;
import io.herd.udfs.model.TorchModule.Value;
import io.herd.udfs.model.WeightLayout.Matrix;
import io.herd.udfs.model.WeightStream.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Loads some of a stage's matrices, on one thread: streams them from safetensors, converted to the
 * module's type on the way, and packs them for products. One buffer is filled from the file while
 * the other is copied to the device.
 *
 * @param tied whether the embedding is the head, too
 * @param pieceBytes of one buffer, about
 */
record WeightShare(LlamaScript script, Dtype dtype, Stage stage, boolean tied, long pieceBytes) {
  private static final int BUFFERS = 2;
  private static final int FLOAT32 = Dtype.FLOAT32.torchCode();

  /**
   * A matrix as the module takes it.
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

  /** Adds what came of the matrices to {@code made}. */
  void load(List<Matrix> matrices, Queue<Made> made) throws IOException {
    List<Piece> pieces =
        matrices.stream()
            .flatMap(matrix -> matrix.parts().stream())
            .flatMap(tensor -> WeightStream.pieces(tensor, pieceBytes).stream())
            .toList();
    try (Buffers buffers = buffers(WeightStream.bytes(pieces));
        WeightStream stream = new WeightStream(pieces, buffers.memory())) {
      for (Matrix matrix : matrices) {
        make(matrix, filled(matrix, stream, buffers), made);
      }
    }
  }

  private Value filled(Matrix matrix, WeightStream stream, Buffers buffers) throws IOException {
    Value w = script.allocate(matrix.rows(), matrix.columns(), type(matrix), stage.device().name());
    try {
      long row = 0;
      for (Safetensors.Tensor tensor : matrix.parts()) {
        for (Piece piece : WeightStream.pieces(tensor, pieceBytes)) {
          TorchModule.Tensor raw = buffers.tensors().get(stream.next());
          script.fill(
              w, row, raw, piece.bytes(), piece.rows(), tensor.columns(), tensor.torchCode());
          row += piece.rows();
        }
      }
      return w;
    } catch (IOException | RuntimeException | Error e) {
      try (w) {
        throw e;
      }
    }
  }

  /** What is quantized stays as it is stored until then. */
  private int type(Matrix matrix) {
    if (dtype != Dtype.INT8 || matrix.isNorm() || matrix.name() == Weight.EMBED_TOKENS) {
      return stage.kernels().beside(dtype).torchCode();
    }
    int[] stored =
        matrix.parts().stream().mapToInt(Safetensors.Tensor::torchCode).distinct().toArray();
    return stored.length == 1 ? stored[0] : FLOAT32;
  }

  private void make(Matrix matrix, Value w, Queue<Made> made) {
    if (matrix.isNorm()) {
      made.add(new Made(matrix.name(), matrix.layer(), w, false));
    } else if (matrix.name() == Weight.EMBED_TOKENS) {
      made.add(new Made(matrix.name(), matrix.layer(), w, false));
      if (tied) {
        made.add(packed(Weight.LM_HEAD, 0, w));
      }
    } else {
      try (w) {
        made.add(packed(matrix.name(), matrix.layer(), w));
      }
    }
  }

  private Made packed(Weight name, int layer, Value w) {
    boolean int8 = dtype == Dtype.INT8;
    return new Made(name, layer, int8 ? script.packInt8(name, layer, w) : script.pack(w), int8);
  }

  /** Memory on the host, which Java sees as buffers and libtorch as tensors of bytes. */
  private record Buffers(List<ByteBuffer> memory, List<? extends TorchModule.Tensor> tensors)
      implements AutoCloseable {
    @Override
    public void close() {
      for (TorchModule.Tensor tensor : tensors) {
        if (tensor instanceof TorchModule.Value pinned) {
          pinned.close();
        }
      }
    }
  }

  /** On a GPU's host they are pinned, which about doubles the speed of copies to it. */
  private Buffers buffers(int bytes) {
    if (stage.device().readsPinnedMemory()) {
      List<TorchModule.Value> pinned = new ArrayList<>();
      try {
        while (pinned.size() < BUFFERS) {
          pinned.add(script.pinnedBytes(bytes));
        }
        return new Buffers(pinned.stream().map(TorchModule.Value::memory).toList(), pinned);
      } catch (EngineException | OutOfDeviceMemory e) { // a container may forbid pages that stay
        pinned.forEach(TorchModule.Value::close);
      }
    }
    List<ByteBuffer> plain = new ArrayList<>();
    while (plain.size() < BUFFERS) {
      plain.add(ByteBuffer.allocateDirect(bytes));
    }
    return new Buffers(plain, plain.stream().map(TorchModule.Bytes::new).toList());
  }
}
