package io.herd.udfs.model;

import ai.djl.engine.EngineException;
import io.herd.udfs.checkpoint.WeightTensor;
import io.herd.udfs.model.TorchModule.Value;
import io.herd.udfs.model.WeightStream.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads tensors into matrices of the module, a piece at a time: one buffer is filled from the file
 * while the other is copied to the device. What adapters add is added to each piece in float32,
 * before the piece gets the matrix's type.
 */
final class TensorFiller implements AutoCloseable {
  private static final int BUFFERS = 2;
  private static final int FLOAT32 = Dtype.FLOAT32.torchCode();

  private final LlamaScript script;
  private final TorchDevice device;
  private final long pieceBytes;
  private final Buffers buffers;
  private final WeightStream stream;

  /**
   * Starts reading.
   *
   * @param pieceBytes of one buffer, about
   * @param parts in the order in which they will be asked for
   */
  TensorFiller(LlamaScript script, TorchDevice device, long pieceBytes, List<Stored> parts) {
    this.script = script;
    this.device = device;
    this.pieceBytes = pieceBytes;
    List<Piece> pieces =
        parts.stream().flatMap(Stored::read).flatMap(each -> pieces(each).stream()).toList();
    this.buffers = buffers(WeightStream.bytes(pieces));
    this.stream = new WeightStream(pieces, buffers.memory());
  }

  private List<Piece> pieces(WeightTensor tensor) {
    return WeightStream.pieces(tensor, pieceBytes);
  }

  /** Allocates an uninitialized matrix. */
  Value allocate(long rows, long columns, int type) {
    return script.allocate(rows, columns, type, device.name());
  }

  /** Fills rows from {@code row} on. */
  void fill(Value w, long row, Stored part) throws IOException {
    List<Update> updates = new ArrayList<>();
    try {
      for (LowRank update : part.updates()) {
        updates.add(read(update));
      }
      for (Piece piece : pieces(part.tensor())) {
        if (updates.isEmpty()) {
          fill(w, row + piece.first(), piece);
        } else {
          merge(w, row + piece.first(), piece, updates);
        }
      }
    } finally {
      updates.forEach(Update::close);
    }
  }

  private void fill(Value w, long row, Piece piece) throws IOException {
    TorchModule.Tensor raw = buffers.tensors().get(stream.next());
    WeightTensor from = piece.tensor();
    script.fill(w, row, raw, piece.bytes(), piece.rows(), from.columns(), from.type().torchCode());
  }

  private void merge(Value w, long row, Piece piece, List<Update> updates) throws IOException {
    try (Value sum = allocate(piece.rows(), piece.tensor().columns(), FLOAT32)) {
      fill(sum, 0, piece);
      for (Update update : updates) {
        update.addTo(script, sum, piece.first());
      }
      script.put(w, row, sum);
    }
  }

  /** Returns a tensor in float32. */
  private Value floats(WeightTensor tensor) throws IOException {
    Value w = allocate(tensor.rows(), tensor.columns(), FLOAT32);
    try {
      for (Piece piece : pieces(tensor)) {
        fill(w, piece.first(), piece);
      }
      return w;
    } catch (IOException | RuntimeException | Error e) {
      try (w) {
        throw e;
      }
    }
  }

  private Update read(LowRank update) throws IOException {
    List<Value> read = new ArrayList<>();
    try {
      for (WeightTensor tensor : update.tensors()) {
        read.add(floats(tensor));
      }
      return new Update(read, update.scale());
    } catch (IOException | RuntimeException | Error e) {
      read.forEach(Value::close);
      throw e;
    }
  }

  /** An update on the device, made from {@link LowRank#tensors}. */
  private record Update(List<Value> values, double scale) implements AutoCloseable {
    void addTo(LlamaScript script, Value rows, long first) {
      script.addLowRank(rows, first, values.get(0), values.get(1), scale);
      if (values.size() > 2) {
        script.rescaleRows(rows, first, values.get(2));
      }
    }

    @Override
    public void close() {
      values.forEach(Value::close);
    }
  }

  /** Memory on the host, which Java sees as buffers and libtorch as tensors of bytes. */
  private record Buffers(List<ByteBuffer> memory, List<? extends TorchModule.Tensor> tensors)
      implements AutoCloseable {
    @Override
    public void close() {
      for (TorchModule.Tensor tensor : tensors) {
        if (tensor instanceof Value pinned) {
          pinned.close();
        }
      }
    }
  }

  /** Pins buffers on a GPU's host, which about doubles the speed of copies. */
  private Buffers buffers(int bytes) {
    if (device.readsPinnedMemory()) {
      List<Value> pinned = new ArrayList<>();
      try {
        while (pinned.size() < BUFFERS) {
          pinned.add(script.pinnedBytes(bytes));
        }
        return new Buffers(pinned.stream().map(Value::memory).toList(), pinned);
      } catch (EngineException | OutOfDeviceMemory e) { // a container may forbid pages that stay
        pinned.forEach(Value::close);
      }
    }
    List<ByteBuffer> plain = new ArrayList<>();
    while (plain.size() < BUFFERS) {
      plain.add(ByteBuffer.allocateDirect(bytes));
    }
    return new Buffers(plain, plain.stream().map(TorchModule.Bytes::new).toList());
  }

  @Override
  public void close() {
    try (buffers) {
      stream.close();
    }
  }
}
