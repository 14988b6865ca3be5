package io.herd.udfs.partition;

import io.herd.udfs.UserException;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** The GPU that Spark gave a task. */
final class TaskGpu {
  private TaskGpu() {}

  /**
   * Its address, or empty.
   *
   * @throws UserException when there are several: a model is on one
   */
  static Optional<String> address(TaskContext task) {
    ResourceInformation gpu = task == null ? null : task.resourcesJMap().get("gpu");
    return gpu == null ? Optional.empty() : Optional.of(only(gpu.addresses()));
  }

  static String only(String[] addresses) {
    if (addresses.length != 1) {
      throw new UserException(
          "Spark gives each task "
              + addresses.length
              + " GPUs, and an engine uses one: the others would stand idle",
          "set spark.task.resource.gpu.amount to 1 or a fraction of it; submit/herd plan prints"
              + " what suits the model.");
    }
    return addresses[0];
  }
}
