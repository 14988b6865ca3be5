package io.herd.job.plan;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.schedule.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What an executor needs for the one engine that it has.
 *
 * @param weights bytes of the model as the engine holds it
 * @param cache bytes of the KV cache with all slots in use, on processors
 * @param gpuCache the same on GPUs
 * @param onGpus whether GPUs compute in the engine's type
 */
public record ExecutorMemory(long weights, long cache, long gpuCache, boolean onGpus) {
  /** Enough threads for an engine on processors, and rows for one on a GPU. */
  private static final int CORES = 8;

  /** Of Java's heap, through which rows pass, and of libtorch beside weights and cache. */
  private static final long HEAP_GIB = 2;

  private static final long LIBTORCH = 1L << 30;

  /** With CUDA the host holds its context and the piece of the weights that is on its way. */
  private static final long GPU_HOST_GIB = 4;

  /** Of a GPU that many have; a model that needs more is split over several. */
  private static final double LARGE_GPU = 80e9;

  public static ExecutorMemory of(Plan plan, Settings settings, ResolvedModel model) {
    TorchDevice gpu = TorchDevice.gpu(0);
    return new ExecutorMemory(
        model.weightBytes(),
        cache(TorchDevice.cpu(), plan, settings, model),
        cache(gpu, plan, settings, model),
        gpu.computesIn(model.dtype()));
  }

  private static long cache(TorchDevice device, Plan plan, Settings settings, ResolvedModel model) {
    int mib = settings.engine().memory().orElse(0);
    if (mib > 0) {
      return (long) mib << 20;
    }
    long newTokens = settings.labelling().on() ? 0 : settings.generate().maxNewTokens();
    long tokens = Math.min(plan.longest() + newTokens, model.maxLength());
    int slots = settings.engine().slots().orElse(device.slots());
    int step = device.capacityStep(model.dtype());
    Limits roomy = new Limits(slots, Long.MAX_VALUE, device.prefillTokens(), step, 0);
    return (long) slots * roomy.capacity(tokens) * model.spec().kvBytesPerToken(model.dtype());
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
        String.format(
            Locale.ROOT,
            "    --conf spark.executor.cores=%d --conf spark.executor.memory=%dg --conf spark.executor.memoryOverhead=%dg",
            CORES,
            HEAP_GIB,
            gib(weights + cache + LIBTORCH)));
    if (onGpus) {
      lines.add(
          String.format(
              Locale.ROOT,
              "            one on a GPU, which should have %.1f GB of memory or more,",
              gpuBytes() / 1e9));
      lines.add(
          String.format(
              Locale.ROOT,
              "    --conf spark.executor.cores=%d --conf spark.executor.memory=%dg --conf spark.executor.memoryOverhead=%dg",
              CORES,
              HEAP_GIB,
              GPU_HOST_GIB));
      lines.add(gpus(1, String.valueOf(1.0 / CORES)));
      if (gpuBytes() > LARGE_GPU) {
        int several = (int) Math.ceil(gpuBytes() / LARGE_GPU);
        lines.add("            or, with its layers split over several,");
        lines.add(gpus(several, String.valueOf(several)));
      }
    }
    return lines;
  }

  private double gpuBytes() {
    return (double) weights + gpuCache + LIBTORCH;
  }

  private static String gpus(int executor, String task) {
    return String.format(
        Locale.ROOT,
        "    --conf spark.executor.resource.gpu.amount=%d --conf spark.task.resource.gpu.amount=%s",
        executor,
        task);
  }

  private static long gib(long bytes) {
    return (bytes + (1L << 30) - 1) >> 30;
  }
}
