package io.herd.udfs.partition;

import io.herd.udfs.runtime.EngineLease;
import io.herd.udfs.runtime.EngineSettings;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.runtime.Speed;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;

/** Measures one executor's engine with prompts of a given length; no row is touched. */
public record SpeedFunction(EngineSettings engine, ExecutorFiles files)
    implements Function<Integer, Speed> {
  @Override
  public Speed call(Integer promptTokens) throws InterruptedException {
    try (EngineLease lease =
        Engines.lease(engine, files, TaskGpu.addresses(TaskContext.get()), ExecutorEnd::because)) {
      return Speed.measure(lease, promptTokens);
    }
  }
}
