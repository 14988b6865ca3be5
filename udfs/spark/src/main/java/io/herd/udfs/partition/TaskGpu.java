package io.herd.udfs.partition;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * The GPUs that Spark gave a task: its resource {@code gpu}, or those that Kubernetes and Spark
 * name after instances of NVIDIA's MIG ({@code mig-3g}).
 */
public final class TaskGpu {
  private TaskGpu() {}

  /** Their addresses, none where it gave none. */
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
