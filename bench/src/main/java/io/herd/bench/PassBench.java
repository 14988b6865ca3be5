package io.herd.bench;

import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.SamplingBatch;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.text.Natives;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a decode pass costs by its rows and by the tokens of each: a line of milliseconds for each
 * number of rows.
 *
 * <p>Usage: {@code PassBench MODEL DTYPE [LENGTH]}, where rows have LENGTH tokens already, 256
 * unless it is given.
 */
public final class PassBench {
  private static final int[] ROWS = {1, 2, 4, 8, 16, 32, 64, 128};
  private static final int[] TOKENS = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32};
  private static final int MOST = 256;
  private static final double SECONDS_EACH = 0.5;

  private PassBench() {}

  public static void main(String[] args) {
    Natives.prepare();
    Dtype dtype = Dtype.valueOf(args[1].toUpperCase(Locale.ROOT));
    int length = args.length > 2 ? Integer.parseInt(args[2]) : 256;
    System.out.printf("rows \\ tokens of each%s%n", Arrays.toString(TOKENS));
    try (LlamaModel model = LlamaModel.load(Path.of(args[0]), dtype, TorchDevice.cpu())) {
      for (int rows : ROWS) {
        StringBuilder line = new StringBuilder().append(rows);
        model.reserve(new TreeMap<>(), length + MOST, rows, Long.MAX_VALUE);
        for (int tokens : TOKENS) {
          if (rows * tokens <= MOST) {
            line.append(String.format(Locale.ROOT, " %7.2f", millis(model, rows, tokens, length)));
          }
        }
        System.out.println(line);
        model.forget();
      }
    }
  }

  private static double millis(LlamaModel model, int rows, int tokens, int length) {
    int[] lengths = new int[rows];
    Arrays.fill(lengths, tokens);
    int[] ids = new int[rows * tokens];
    int[] positions = new int[rows * tokens];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = 100 + i;
      positions[i] = length + i % tokens;
    }
    TreeMap<Integer, Integer> live = new TreeMap<>(Map.of(length + MOST, rows));
    SamplingBatch greedy = SamplingBatch.greedy(ids.length);
    model.decode(live, lengths, ids, positions, greedy);
    double best = Double.MAX_VALUE;
    for (long end = System.nanoTime() + (long) (SECONDS_EACH * 1e9); System.nanoTime() < end; ) {
      long start = System.nanoTime();
      model.decode(live, lengths, ids, positions, greedy);
      best = Math.min(best, (System.nanoTime() - start) / 1e6);
    }
    return best;
  }
}
