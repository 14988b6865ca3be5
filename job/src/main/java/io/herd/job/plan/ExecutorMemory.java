package io.herd.job.plan;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.MemoryBudget;
import io.herd.udfs.model.ModelSpec;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.schedule.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The memory that an executor needs for its engine.
 *
 * @param weights bytes of the model as an engine on processors holds it
 * @param cache bytes of the KV cache there with all rows at once
 * @param gpu what a GPU needs, or null where none computes in the engine's type
 */
public record ExecutorMemory(long weights, long cache, Gpu gpu) {
  /** Threads for an engine on processors, and concurrent rows for one on a GPU. */
  private static final int CORES = 8;

  /** Java's heap, through which rows pass, and libtorch's memory beside weights and cache. */
  private static final long HEAP_GIB = 2;

  private static final long LIBTORCH = 1L << 30;

  /** With CUDA, the host holds the context and the part of the weights that is being copied. */
  private static final long GPU_HOST_GIB = 4;

  /** A common GPU size; a model that needs more is split over several. */
  private static final double LARGE_GPU = 80e9;

  /** With fewer concurrent rows a GPU mostly reads weights. */
  private static final int FEW_ROWS = 32;

  /** Memory above this multiple of the minimum is worth mentioning. */
  private static final double MORE = 1.1;

  /**
   * A GPU's memory in bytes.
   *
   * @param least for the longest row, and for some rows at once where there are as many
   * @param most that the current rows can use
   * @param rows at once that it is for
   */
  public record Gpu(long least, long most, long rows) {}

  public static ExecutorMemory of(Plan plan, Settings settings, ResolvedModel model) {
    return of(plan, settings, model.spec(), model.dtype(), model.maxLength());
  }

  static ExecutorMemory of(
      Plan plan, Settings settings, ModelSpec spec, Dtype dtype, int maxLength) {
    MemoryBudget host = new MemoryBudget(TorchDevice.cpu(), spec, dtype);
    RowTokens rows = RowTokens.of(plan, settings, maxLength);
    long cache = cache(rows.atOnce(host), rows.longest(), host);
    return new ExecutorMemory(
        host.weightBytes(), explicit(settings, cache), gpu(rows, settings, spec, dtype));
  }

  private static Gpu gpu(RowTokens rows, Settings settings, ModelSpec spec, Dtype dtype) {
    MemoryBudget gpu = new MemoryBudget(TorchDevice.gpu(0), spec, dtype);
    if (!gpu.device().computesIn(dtype)) {
      return null;
    }
    long all = rows.atOnce(gpu);
    long few = Math.min(FEW_ROWS, all);
    long fixed = gpu.weightBytes() + LIBTORCH;
    long longest = cache(1, rows.longest(), gpu);
    long least = Math.max(longest, cache(few, rows.mean(), gpu));
    long most = Math.max(longest, cache(all, rows.mean(), gpu));
    return new Gpu(
        fixed + gpu.passBytes((int) few) + explicit(settings, least),
        fixed + gpu.passBytes((int) all) + explicit(settings, most),
        all);
  }

  /** Returns the value of {@code engine.memory}, if it is set. */
  private static long explicit(Settings settings, long auto) {
    int mib = settings.engine().memory().orElse(0);
    return mib > 0 ? (long) mib << 20 : auto;
  }

  private static long cache(long rows, long tokens, MemoryBudget budget) {
    int step = budget.device().capacityStep(budget.dtype());
    Limits roomy = new Limits(1, Long.MAX_VALUE, 1, step, 0);
    return rows * roomy.capacity(tokens) * budget.spec().kvBytesPerToken(budget.dtype());
  }

  /**
   * Tokens of the current rows, with answers of full length.
   *
   * @param rows how many, samples too
   * @param mean of a row
   * @param longest of a row
   * @param slots that were set, or 0
   */
  private record RowTokens(long rows, long mean, long longest, int slots) {
    static RowTokens of(Plan plan, Settings settings, int maxLength) {
      boolean labels = settings.labelling().on();
      long most = labels ? 0 : settings.generate().maxNewTokens();
      long prompts = Math.max(1, plan.prompts());
      long tokens = plan.tokens() + (labels ? 0 : plan.newTokens((int) most));
      return new RowTokens(
          prompts * (labels ? 1 : settings.generate().samples()),
          Math.min(tokens / prompts, maxLength),
          Math.min(plan.longest() + most, maxLength),
          settings.engine().slots().orElse(0));
    }

    long atOnce(MemoryBudget budget) {
      return Math.min(rows, slots > 0 ? slots : budget.device().mostSlots());
    }
  }

  /** Formats Spark settings to copy into a command line. */
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
            "    --conf spark.executor.cores=%d --conf spark.executor.memory=%dg --conf"
                + " spark.executor.memoryOverhead=%dg",
            CORES,
            HEAP_GIB,
            gib(weights + cache + LIBTORCH)));
    if (gpu != null) {
      gpuLines(lines);
    }
    return lines;
  }

  private void gpuLines(List<String> lines) {
    lines.add(
        String.format(
            Locale.ROOT,
            "            one on a GPU, which should have %.1f GB of memory or more,",
            gpu.least() / 1e9));
    if (gpu.most() > MORE * gpu.least()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "            and is fastest with %.1f GB, for %,d rows at once,",
              gpu.most() / 1e9,
              gpu.rows()));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "    --conf spark.executor.cores=%d --conf spark.executor.memory=%dg --conf"
                + " spark.executor.memoryOverhead=%dg",
            CORES,
            HEAP_GIB,
            GPU_HOST_GIB));
    lines.add(gpus(1, String.valueOf(1.0 / CORES)));
    if (gpu.least() > LARGE_GPU) {
      int several = (int) Math.ceil(gpu.least() / LARGE_GPU);
      lines.add("            or, with its layers split over several,");
      lines.add(gpus(several, String.valueOf(several)));
    }
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
