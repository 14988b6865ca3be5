package io.herd.bench;

import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.sample.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sends short rows through one engine and prints the process's resident size as it goes: it must
 * stay flat after the first thousand.
 *
 * <p>Usage: {@code LeakCheck MODEL [ROWS]}
 */
public final class LeakCheck {
  private static final int BLOCK = 1000;

  private LeakCheck() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    int rows = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
    GenerateSettings settings =
        new GenerateSettings(8, 0, true, List.of("\u0000"), 0, Sampling.GREEDY, 1, 0);
    try (BenchEngine engine = BenchEngine.load(Path.of(args[0]), Dtype.FLOAT32, 0, 0)) {
      for (int first = 0; first < rows; first += BLOCK) {
        int from = first;
        List<String> prompts =
            IntStream.range(from, from + BLOCK).mapToObj(i -> "Row " + i + " is short.").toList();
        BenchEngine.Answers answers = engine.run(prompts, settings);
        System.out.printf(
            "%,7d rows  %,6d MiB resident  %.0f rows/s%n",
            first + BLOCK, residentMebibytes(), BLOCK / answers.seconds());
      }
    }
  }

  private static long residentMebibytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
        .findFirst()
        .orElseThrow();
  }
}
