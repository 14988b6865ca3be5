package io.herd.udfs.partition;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * The GPUs that Spark assigned to a task: its resource {@code gpu}, or resources that Kubernetes
 * and Spark name after NVIDIA MIG instances ({@code mig-3g}).
 */
public final class TaskGpu {
  private TaskGpu() {}

  /** Returns the GPUs' addresses, empty if there are none. */
  public static List<String> addresses(TaskContext task) {
    return task == null ? List.of() : addresses(task.resourcesJMap());
  }

  static List<String> addresses(Map<String, ResourceInformation> resources) {
    return resources.entrySet().stream()
        .filter(each -> each.getKey().equals("gpu") || each.getKey().startsWith("mig-"))
        .sorted(Map.Entry.comparingByKey())
        .flatMap(each -> Stream.of(each.getValue().addresses()))
        .toList();
  }
}
