package io.herd.udfs.model;

import ai.djl.engine.EngineException;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.model.WeightLayout.Matrix;
import io.herd.udfs.model.WeightStream.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Streams a model's weights from safetensors into the module, converted to its type on the way: one
 * buffer is filled from the file while the other is copied to the device. On CPUs oneDNN's layout
 * makes a tied head a second copy of the embedding.
 */
final class WeightLoader {
  private static final int BUFFERS = 2;

  private final LlamaScript script;
  private final Dtype dtype;
  private final int torchCode; // in which the script gets a matrix
  private final TorchDevice device;

  private WeightLoader(LlamaScript script, Dtype dtype, Stage stage) {
    this.script = script;
    this.dtype = dtype;
    this.torchCode = stage.kernels().beside(dtype).torchCode();
    this.device = stage.device();
  }

  /**
   * Fills a stage's module with its part of the folder's weights.
   *
   * @throws UserException when a tensor is missing, superfluous or of the wrong shape
   */
  static void load(LlamaScript script, ModelSpec spec, Path folder, Dtype dtype, Stage stage) {
    try {
      List<Matrix> matrices = WeightLayout.of(spec, folder, stage);
      new WeightLoader(script, dtype, stage).fill(matrices);
      boolean shared = spec.tiedHead() && stage.first() && stage.last();
      script.finishLoading(shared, dtype == Dtype.INT8);
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  /** Checks names and shapes from the files' headers, and that tied matrices are one. */
  static void check(ModelSpec spec, Path folder) {
    try {
      Stage whole = Placement.single(TorchDevice.cpu(), spec, Dtype.FLOAT32).stages().get(0);
      WeightLayout.of(spec, folder, whole);
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static SystemException unreadable(Path folder, IOException e) {
    return new SystemException("can't read the weights in " + folder, e);
  }

  private void fill(List<Matrix> matrices) throws IOException {
    List<Piece> pieces =
        matrices.stream()
            .flatMap(matrix -> matrix.parts().stream())
            .flatMap(tensor -> WeightStream.pieces(tensor).stream())
            .toList();
    try (Buffers buffers = buffers(WeightStream.bytes(pieces));
        WeightStream stream = new WeightStream(pieces, buffers.memory())) {
      for (Matrix matrix : matrices) {
        script.allocate(matrix.rows(), matrix.columns(), torchCode, device.name());
        long row = 0;
        for (Safetensors.Tensor tensor : matrix.parts()) {
          for (Piece piece : WeightStream.pieces(tensor)) {
            TorchModule.Tensor raw = buffers.tensors().get(stream.next());
            script.fill(
                row, raw, piece.bytes(), piece.rows(), tensor.columns(), tensor.torchCode());
            row += piece.rows();
          }
        }
        keep(matrix);
      }
    }
  }

  private void keep(Matrix matrix) {
    switch (matrix.name()) {
      case EMBED_TOKENS -> script.keepEmbedding();
      case INPUT_LAYERNORM, POST_ATTENTION_LAYERNORM, NORM -> script.keepNorm(matrix.name());
      default -> script.keepLinear(matrix.name(), dtype == Dtype.INT8);
    }
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
    if (device.readsPinnedMemory()) {
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
