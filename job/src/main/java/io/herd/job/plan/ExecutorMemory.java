package io.herd.job.plan;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.model.Dtype;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What an executor needs for the one engine that it has.
 *
 * @param weights bytes of the model as the engine holds it
 * @param cache bytes of the KV cache with all slots in use
 * @param processorsOnly whether the engine's type isn't one for GPUs
 */
public record ExecutorMemory(long weights, long cache, boolean processorsOnly) {
  /** Prompts that an engine works on at once when the configuration leaves it open. */
  private static final int SLOTS = 128;

  /** Enough threads for an engine on processors, and rows for one on a GPU. */
  private static final int CORES = 8;

  /** Of Java's heap, through which rows pass, and of libtorch beside weights and cache. */
  private static final long HEAP_GIB = 2;

  private static final long LIBTORCH = 1L << 30;

  /** With CUDA the host holds its context and the piece of the weights that is on its way. */
  private static final long GPU_HOST_GIB = 4;

  public static ExecutorMemory of(Plan plan, Settings settings, ResolvedModel model) {
    long newTokens = settings.labelling().on() ? 0 : settings.generate().maxNewTokens();
    long tokens = Math.min(plan.longest() + newTokens, model.maxLength());
    long slots = settings.engine().slots().orElse(SLOTS);
    long auto = slots * tokens * model.spec().kvBytesPerToken(model.dtype());
    int mib = settings.engine().memory().orElse(0);
    long cache = mib > 0 ? (long) mib << 20 : auto;
    return new ExecutorMemory(model.weightBytes(), cache, model.dtype() == Dtype.INT8);
  }

  /** For the reader: settings of Spark to copy into a command line. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "  executor  %.2f GB of weights, up to %.2f GB of cache; one on processors needs",
            weights / 1e9,
            cache / 1e9));
    lines.add(
        "    --conf spark.executor.cores=%d --conf spark.executor.memory=%dg --conf spark.executor.memoryOverhead=%dg"
            .formatted(CORES, HEAP_GIB, gib(weights + cache + LIBTORCH)));
    if (!processorsOnly) {
      lines.add(
          String.format(
              Locale.ROOT,
              "            one on a GPU, which should have %.1f GB of memory or more,",
              (weights + cache + LIBTORCH) / 1e9));
      lines.add(
          "    --conf spark.executor.cores=%d --conf spark.executor.memory=%dg --conf spark.executor.memoryOverhead=%dg"
              .formatted(CORES, HEAP_GIB, GPU_HOST_GIB));
      lines.add(
          "    --conf spark.executor.resource.gpu.amount=1 --conf spark.task.resource.gpu.amount=%s"
              .formatted(1.0 / CORES));
    }
    return lines;
  }

  private static long gib(long bytes) {
    return (bytes + (1L << 30) - 1) >> 30;
  }
}
