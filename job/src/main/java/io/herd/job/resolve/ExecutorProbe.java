package io.herd.job.resolve;

import io.herd.udfs.model.Dtype;
import io.herd.udfs.runtime.Devices;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import java.util.Collections;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;

/**
 * Asks the executors what they are fast at, so that one type is chosen for the whole run: were it
 * chosen per host, the same row would have other results on another host.
 */
public final class ExecutorProbe {
  private ExecutorProbe() {}

  /**
   * The fastest type on every executor that answered: float32 if any of them is slow at bfloat16.
   */
  public static Dtype fastDtype(
      SparkSession spark, DeviceChoice device, EngineExecutors executors) {
    if (spark.sparkContext().isLocal()) { // the driver is the only executor
      return Devices.fastDtype(device);
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int tasks = Math.max(1, context.defaultParallelism());
    List<Dtype> answers =
        executors
            .run(context.parallelize(Collections.nCopies(tasks, 0), tasks).map(new Ask(device)))
            .collect();
    return answers.contains(Dtype.FLOAT32) ? Dtype.FLOAT32 : Dtype.BFLOAT16;
  }

  private record Ask(DeviceChoice device) implements Function<Integer, Dtype> {
    @Override
    public Dtype call(Integer task) {
      return Devices.fastDtype(device);
    }
  }
}
