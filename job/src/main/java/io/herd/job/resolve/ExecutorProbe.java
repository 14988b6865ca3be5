package io.herd.job.resolve;

import io.herd.udfs.partition.TaskGpu;
import io.herd.udfs.runtime.Devices;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import io.herd.udfs.runtime.FastType;
import java.util.Collections;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;

/**
 * Asks the executors which type they compute fast, so that one type is chosen for the whole run. A
 * choice per host would give a row different results on different hosts.
 */
public final class ExecutorProbe {
  private ExecutorProbe() {}

  /** Returns the type that every executor that answered computes fast. */
  public static FastType fastType(
      SparkSession spark, DeviceChoice device, EngineExecutors executors) {
    if (spark.sparkContext().isLocal()) { // the driver is the only executor
      return Devices.fastType(device, List.of());
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int tasks = Math.max(1, context.defaultParallelism());
    return FastType.ofAll(
        executors
            .run(context.parallelize(Collections.nCopies(tasks, 0), tasks).map(new Ask(device)))
            .collect());
  }

  private record Ask(DeviceChoice device) implements Function<Integer, FastType> {
    @Override
    public FastType call(Integer task) {
      return Devices.fastType(device, TaskGpu.addresses(TaskContext.get()));
    }
  }
}
