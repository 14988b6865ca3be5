package io.herd.job.resolve;

import io.herd.udfs.UserException;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.resource.ExecutorResourceRequests;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;

/**
 * Chooses the executors for stages with an engine. With {@value #GPUS} they alone ask for executors
 * with GPUs (Spark's stage-level scheduling), and dynamic allocation gives these back afterwards;
 * reading and publishing go without. Else all executors are alike.
 *
 * @param profile what to ask for; the same object each time, because Spark takes another for
 *     another kind of executor
 */
public record EngineExecutors(Optional<ResourceProfile> profile) {
  /** A Spark setting, because it concerns the cluster, like its neighbours there. */
  static final String GPUS = "spark.herd.generate.executor.gpus";

  private static final String GPU = "spark.executor.resource.gpu.";

  static EngineExecutors of(SparkConf conf) {
    int gpus = conf.getInt(GPUS, 0);
    return new EngineExecutors(gpus == 0 ? Optional.empty() : Optional.of(profile(conf, gpus)));
  }

  private static ResourceProfile profile(SparkConf conf, int gpus) {
    if (!conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new UserException(
          GPUS + " is set, and Spark only starts executors for a stage with dynamic allocation",
          "set spark.dynamicAllocation.enabled=true, or ask for GPUs in all executors with "
              + GPU
              + "amount; conf/spark-defaults.gpu.conf has both.");
    }
    int cores = conf.getInt("spark.executor.cores", 1);
    int taskCores = conf.getInt("spark.task.cpus", 1);
    ExecutorResourceRequests executors =
        new ExecutorResourceRequests()
            .cores(cores)
            .memory(conf.get("spark.executor.memory", "1g"))
            .resource(
                "gpu", gpus, conf.get(GPU + "discoveryScript", ""), conf.get(GPU + "vendor", ""));
    if (conf.contains("spark.executor.memoryOverhead")) {
      executors.memoryOverhead(conf.get("spark.executor.memoryOverhead"));
    }
    TaskResourceRequests tasks =
        new TaskResourceRequests().cpus(taskCores).resource("gpu", share(gpus, cores / taskCores));
    return new ResourceProfileBuilder().require(executors).require(tasks).build();
  }

  /** Returns each task's share of a GPU for this number of tasks: Spark accepts 1 or 1 / n. */
  static double share(int gpus, int tasks) {
    int sharing = (tasks + gpus - 1) / gpus;
    return 1.0 / Math.max(1, sharing);
  }

  /** Moves rows to executors with an engine. */
  public <T> JavaRDD<T> run(JavaRDD<T> rows) {
    profile.ifPresent(rows::withResources);
    return rows;
  }
}
