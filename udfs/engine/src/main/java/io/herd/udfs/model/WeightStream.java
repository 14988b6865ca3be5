package io.herd.udfs.model;

import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.checkpoint.Rows;
import io.herd.udfs.checkpoint.WeightTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Reads tensors piece by piece into a few buffers, on its own thread, which is always one piece
 * ahead. Mapped files were unmapped by Java's collector alone, which has nothing to do while
 * weights are loaded: all of a file stayed resident, and YARN ended containers that loaded an 8B.
 */
final class WeightStream implements AutoCloseable {
  /**
   * Consecutive rows of a tensor.
   *
   * @param first of the rows
   */
  record Piece(WeightTensor tensor, long first, long rows) {
    long bytes() {
      return rows * tensor.rowBytes();
    }
  }

  /** A piece and its first buffer, or the reason why it couldn't be read. */
  private record Read(int buffer, Throwable failure) {}

  private final List<ByteBuffer> buffers;
  private final BlockingQueue<Integer> free;
  private final BlockingQueue<Read> read;
  private final Thread reader;
  private int current = -1;

  /**
   * Starts reading.
   *
   * @param buffers for {@link #bytes} each
   */
  WeightStream(List<Piece> pieces, List<ByteBuffer> buffers) {
    this.buffers = buffers;
    this.free = new ArrayBlockingQueue<>(buffers.size());
    this.read = new ArrayBlockingQueue<>(buffers.size());
    for (int i = 0; i < buffers.size(); i++) {
      free.add(i);
    }
    this.reader = new Thread(() -> readAll(pieces), "herd-weights");
    reader.setDaemon(true);
    reader.start();
  }

  /** Splits a tensor into pieces of at most {@code most} bytes, or of one row if that is longer. */
  static List<Piece> pieces(WeightTensor tensor, long most) {
    long step = Math.max(1, most / Math.max(1, tensor.rowBytes()));
    List<Piece> pieces = new ArrayList<>();
    for (long first = 0; first < tensor.rows(); first += step) {
      pieces.add(new Piece(tensor, first, Math.min(step, tensor.rows() - first)));
    }
    return pieces;
  }

  /** Returns the size of a buffer for any of these pieces. */
  static int bytes(List<Piece> pieces) {
    long most = pieces.stream().mapToLong(Piece::bytes).max().orElse(1);
    return Math.toIntExact((most + 7) / 8 * 8); // a whole number of elements of any type
  }

  /**
   * Waits for the next piece, in order. The buffer of the one before is read into again.
   *
   * @return the place of its buffer
   */
  int next() throws IOException {
    try {
      if (current >= 0) {
        free.put(current);
      }
      Read next = read.take();
      if (next.failure() instanceof IOException e) {
        throw e;
      }
      if (next.failure() instanceof UserException e) {
        throw e;
      }
      if (next.failure() != null) {
        throw new SystemException("weights could not be read: " + next.failure(), next.failure());
      }
      current = next.buffer();
      return current;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SystemException("interrupted while weights were loaded", e);
    }
  }

  private void readAll(List<Piece> pieces) {
    WeightTensor tensor = null;
    Rows rows = null;
    try {
      for (Piece piece : pieces) {
        if (piece.tensor() != tensor) {
          close(rows);
          rows = piece.tensor().open();
          tensor = piece.tensor();
        }
        int buffer = free.take();
        rows.read(piece.first(), piece.rows(), buffers.get(buffer));
        read.put(new Read(buffer, null));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed before the last piece
    } catch (IOException | RuntimeException | Error e) {
      read.clear(); // nobody needs them any more, and there is room for the reason
      read.add(new Read(-1, e));
    } finally {
      close(rows);
    }
  }

  private static void close(Rows rows) {
    try {
      if (rows != null) {
        rows.close();
      }
    } catch (IOException e) {
      // all that was wanted of it has been read
    }
  }

  /** Stops reading, and waits until no buffer is written to. */
  @Override
  public void close() {
    reader.interrupt();
    boolean interrupted = false;
    while (reader.isAlive()) {
      try {
        reader.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
