package io.herd.udfs.partition;

import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.model.OutOfDeviceMemory;
import io.herd.udfs.runtime.Devices;
import io.herd.udfs.runtime.EngineSettings;
import io.herd.udfs.runtime.Engines;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/**
 * Herd's own engine, in the executor's process.
 *
 * @param files how an executor gets the model
 */
public record LocalEngine(EngineSettings settings, ExecutorFiles files) implements TaskEngine {
  @Override
  public EngineLease lease(TaskContext task) throws InterruptedException {
    try {
      return Engines.lease(settings, files, TaskGpu.addresses(task), ExecutorEnd::because);
    } catch (OutOfDeviceMemory e) {
      throw Rapids.named(e, SparkEnv.get().conf());
    }
  }

  @Override
  public Optional<String> warning(TaskContext task) {
    return Devices.warning(settings.device(), TaskGpu.addresses(task));
  }

  @Override
  public boolean takesPrefix() {
    return !settings.deterministic();
  }
}
