package io.herd.udfs.runtime;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Lists GPUs with NVIDIA's tool, which needs neither libtorch nor CUDA. */
final class NvidiaSmi {
  private static final int SECONDS = 20;

  private NvidiaSmi() {}

  /**
   * A GPU of this machine, whether or not CUDA shows it to this process.
   *
   * @param index in the order of the PCI bus
   * @param uuid such as {@code GPU-8f6b...}
   * @param name such as {@code NVIDIA A10G}
   */
  record Gpu(int index, String uuid, String name) {
    private static Optional<Gpu> of(String line) {
      String[] fields = line.strip().split("\\s*,\\s*", 3);
      return fields.length == 3 && fields[0].matches("\\d{1,3}")
          ? Optional.of(new Gpu(Integer.parseInt(fields[0]), fields[1], fields[2]))
          : Optional.empty();
    }
  }

  /** Returns this machine's GPUs, or none if the tool is missing or doesn't answer in time. */
  static List<Gpu> gpus() {
    return ask("nvidia-smi");
  }

  /** Runs a program of this name. */
  static List<Gpu> ask(String program) {
    ProcessBuilder query =
        new ProcessBuilder(program, "--query-gpu=index,uuid,name", "--format=csv,noheader");
    query.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = query.start();
      process.getOutputStream().close();
      // a driver that hangs keeps the tool for ever, and a read of what it says
      CompletableFuture.delayedExecutor(SECONDS, TimeUnit.SECONDS)
          .execute(process::destroyForcibly);
      try (Stream<String> lines = process.inputReader().lines()) {
        return lines.map(Gpu::of).flatMap(Optional::stream).toList();
      }
    } catch (IOException e) {
      return List.of();
    }
  }
}
