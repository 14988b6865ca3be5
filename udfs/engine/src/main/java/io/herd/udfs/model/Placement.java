package io.herd.udfs.model;

import io.herd.udfs.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How a model's layers lie on devices: stages, one behind the other (pipeline parallelism, GPipe,
 * Huang et al. 2019).
 */
public record Placement(List<Stage> stages) {

  public Placement {
    stages = List.copyOf(stages);
  }

  /** All of a model on one device. */
  public static Placement single(TorchDevice device, ModelSpec spec, Dtype dtype) {
    return new Placement(List.of(stage(device, 0, spec.layers(), spec, dtype)));
  }

  /**
   * A device, and bytes of its memory that a model may take.
   *
   * @param device which
   * @param freeBytes measured before anything is loaded
   */
  public record Room(TorchDevice device, long freeBytes) {}

  /**
   * Layers by the rooms' sizes, so that each has about the same part of its memory left for the KV
   * cache.
   *
   * @throws UserException when the model's weights are more than the rooms hold, or the rooms more
   *     than its layers
   */
  public static Placement split(ModelSpec spec, Dtype dtype, List<Room> rooms) {
    if (rooms.size() == 1) {
      return single(rooms.get(0).device(), spec, dtype);
    }
    long layer = spec.layerBytes(dtype);
    double[] share =
        new double[rooms.size()]; // of the layers: what is left beside embedding and head
    double sum = 0;
    for (int i = 0; i < share.length; i++) {
      share[i] = Math.max(0, rooms.get(i).freeBytes() - fixed(spec, dtype, i, share.length));
      sum += share[i];
    }
    List<Stage> stages = new ArrayList<>();
    double before = 0;
    int first = 0;
    for (int i = 0; i < share.length; i++) {
      before += share[i];
      int end = (int) Math.round(spec.layers() * before / Math.max(1, sum));
      if (end == first || (end - first) * layer > share[i]) {
        throw doesNotFit(spec, dtype, rooms);
      }
      stages.add(stage(rooms.get(i).device(), first, end - first, spec, dtype));
      first = end;
    }
    return new Placement(stages);
  }

  private static Stage stage(
      TorchDevice device, int first, int layers, ModelSpec spec, Dtype dtype) {
    return new Stage(device, first, layers, spec.layers(), kernels(device, spec, dtype));
  }

  private static Kernels kernels(TorchDevice device, ModelSpec spec, Dtype dtype) {
    if (spec.isLlama4()) {
      return Kernels.PLAIN; // no other has attention in chunks
    }
    if (device.hasFlashAttention(dtype)) {
      return Kernels.FLASH;
    }
    return device.computesOnThreads() ? FusedKernels.of(spec, dtype) : Kernels.PLAIN;
  }

  /** Bytes of a stage besides its layers. */
  private static long fixed(ModelSpec spec, Dtype dtype, int stage, int stages) {
    return (stage == 0 ? spec.embeddingBytes(dtype) : 0)
        + (stage == stages - 1 ? spec.headBytes(dtype) : 0);
  }

  private static UserException doesNotFit(ModelSpec spec, Dtype dtype, List<Room> rooms) {
    String free =
        rooms.stream()
            .map(room -> room.device() + " has " + gb(room.freeBytes()))
            .collect(Collectors.joining(", "));
    return new UserException(
        String.format(
            Locale.ROOT,
            "the model's %d layers, %s of weights, can't be split over the task's devices: %s free",
            spec.layers(),
            gb(spec.weightBytes(dtype)),
            free),
        "give each task more GPUs (spark.task.resource.gpu.amount), larger ones, or none that"
            + " others use.");
  }

  private static String gb(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
