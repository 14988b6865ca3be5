package io.herd.udfs.partition;

import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** The GPUs that Spark gave a task. */
final class TaskGpu {
  private TaskGpu() {}

  /** Their addresses, none where it gave none. */
  static List<String> addresses(TaskContext task) {
    ResourceInformation gpus = task == null ? null : task.resourcesJMap().get("gpu");
    return gpus == null ? List.of() : List.of(gpus.addresses());
  }
}
