package io.herd.udfs.runtime;

import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.Dtype;
import java.io.Serializable;
import java.time.Duration;

/**
 * The engine that a task needs; tasks with equal settings share one.
 *
 * @param model which
 * @param dtype as resolved for the run
 * @param device what it runs on
 * @param slots rows generated at once, 0 for auto
 * @param memoryMib of the KV cache, 0 for what {@link io.herd.udfs.model.MemoryBudget} says
 * @param maxLength tokens of the longest row, 0 for what the model was made for
 * @param threads of libtorch, 0 for every processor that the JVM may use
 * @param lanes among which rows and threads are divided on processors, 0 for auto
 * @param stepTimeout after which a forward pass counts as hung, null for auto
 * @param deterministic whether results are bytewise independent of batch mates
 * @param lookup whether tokens are proposed that followed the same ones before
 */
public record EngineSettings(
    ModelManifest model,
    Dtype dtype,
    DeviceChoice device,
    int slots,
    int memoryMib,
    int maxLength,
    int threads,
    int lanes,
    Duration stepTimeout,
    boolean deterministic,
    boolean lookup)
    implements Serializable {

  /** Where the engine may run. */
  public enum DeviceChoice {
    /** The GPU if there is one, otherwise the processor. */
    AUTO,
    CPU,
    CUDA
  }
}
