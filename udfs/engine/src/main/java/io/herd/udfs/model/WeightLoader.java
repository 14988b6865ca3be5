package io.herd.udfs.model;

import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.model.WeightLayout.Matrix;
import io.herd.udfs.model.WeightShare.Made;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * Loads a model's weights from safetensors into the module. On processors the matrices are dealt to
 * as many threads as libtorch has, each of which reads, converts and packs its own: the packing of
 * int8 has no parallel form, and of all else several matrices at once take less time than one by
 * several threads. oneDNN's layout makes a tied head a second copy of the embedding.
 */
final class WeightLoader {
  /** Size of a share's buffers, most of a processor's cache: tensors are converted from there. */
  private static final long PROCESSOR_PIECE = 2L << 20;

  private static final long GPU_PIECE = 16L << 20;

  /** Additional memory while matrices are loaded concurrently. */
  private static final long ROOM = 256L << 20;

  private static final int MOST_SHARES = 8;

  private final LlamaScript script;
  private final ModelSpec spec;
  private final Dtype dtype;
  private final Stage stage;

  private WeightLoader(LlamaScript script, ModelSpec spec, Dtype dtype, Stage stage) {
    this.script = script;
    this.spec = spec;
    this.dtype = dtype;
    this.stage = stage;
  }

  /**
   * Fills a stage's module with its part of the folder's weights.
   *
   * @throws UserException when a tensor is missing, superfluous or of the wrong shape
   */
  static void load(
      LlamaScript script, ModelSpec spec, ModelFolder folder, Dtype dtype, Stage stage) {
    try {
      List<Matrix> matrices = WeightLayout.of(spec, folder, stage);
      new WeightLoader(script, spec, dtype, stage).load(matrices);
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  /** Checks names and shapes in the files' headers, and that tied matrices are stored once. */
  static void check(ModelSpec spec, ModelFolder folder) {
    try {
      int layers = spec.layers(); // without a look for kernels, which would load libtorch
      Stage whole = new Stage(TorchDevice.cpu(), 0, layers, layers, Kernels.PLAIN);
      WeightLayout.of(spec, folder, whole);
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static SystemException unreadable(ModelFolder folder, IOException e) {
    return new SystemException("can't read the weights in " + folder.path(), e);
  }

  /** Loads norms first, because int8's products absorb them. */
  private void load(List<Matrix> matrices) throws IOException {
    keep(List.of(matrices.stream().filter(Matrix::isNorm).toList()));
    keep(deal(matrices.stream().filter(matrix -> !matrix.isNorm()).toList(), shares(matrices)));
    if (dtype == Dtype.INT8) {
      script.finishInt8(spec.intermediate());
    }
  }

  private int shares(List<Matrix> matrices) {
    long largest =
        matrices.stream().filter(Matrix::inLayer).mapToLong(Matrix::elements).max().orElse(1);
    long fit = Math.max(1, ROOM / (largest * (dtype == Dtype.INT8 ? 4 : dtype.bytes())));
    int threads = stage.device().computesOnThreads() ? TorchThreads.used() : 1;
    return (int) Math.min(Math.min(fit, threads), MOST_SHARES);
  }

  /** Divides matrices into shares of similar size, the largest first. */
  static List<List<Matrix>> deal(List<Matrix> matrices, int shares) {
    List<List<Matrix>> dealt =
        Stream.generate(() -> new ArrayList<Matrix>())
            .limit(shares)
            .<List<Matrix>>map(share -> share)
            .toList();
    long[] elements = new long[shares];
    for (Matrix matrix :
        matrices.stream().sorted(Comparator.comparingLong(Matrix::elements).reversed()).toList()) {
      int least = 0;
      for (int i = 1; i < shares; i++) {
        least = elements[i] < elements[least] ? i : least;
      }
      dealt.get(least).add(matrix);
      elements[least] += matrix.elements();
    }
    return dealt;
  }

  /** Loads shares concurrently, and stores the results in the order of the layers. */
  private void keep(List<List<Matrix>> shares) throws IOException {
    boolean tied = spec.tiedHead() && stage.first() && stage.last();
    long piece = stage.device().computesOnThreads() ? PROCESSOR_PIECE : GPU_PIECE;
    Queue<Made> made = new ConcurrentLinkedQueue<>();
    try {
      TorchThreads.all(
          shares.stream()
              .<TorchThreads.Job>map(
                  share ->
                      () -> new WeightShare(script, dtype, stage, tied, piece).load(share, made))
              .toList());
      made.stream().sorted(Comparator.comparingInt(Made::layer)).forEach(each -> each.keep(script));
    } finally {
      made.forEach(Made::close);
    }
  }
}
