package io.herd.udfs.partition;

import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.runtime.Speed;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;

/** Measures one executor's engine with prompts of a given length, without reading rows. */
public record SpeedFunction(TaskEngine engine) implements Function<Integer, Speed> {
  @Override
  public Speed call(Integer promptTokens) throws InterruptedException {
    try (EngineLease lease = engine.lease(TaskContext.get())) {
      return Speed.measure(lease, promptTokens);
    }
  }
}
