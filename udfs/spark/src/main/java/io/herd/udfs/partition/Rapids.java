package io.herd.udfs.partition;

import io.herd.udfs.model.OutOfDeviceMemory;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;

/**
 * NVIDIA's RAPIDS plugin for Spark. Many clusters with GPUs have it in their defaults, and its pool
 * takes nearly all of a GPU's memory when an executor starts, before any engine does.
 */
final class Rapids {
  private static final String PLUGINS = "spark.plugins";

  private Rapids() {}

  /** Returns a remedy, if the plugin is loaded. */
  static Optional<String> note(SparkConf conf) {
    String plugins = conf.get(PLUGINS, "");
    return plugins.contains("com.nvidia.spark")
            || plugins.toLowerCase(Locale.ROOT).contains("rapids")
        ? Optional.of(
            "RAPIDS (spark.plugins = "
                + plugins
                + ") takes nearly all of a GPU's memory: leave it out of this run by --conf"
                + " spark.plugins=, or give it less by spark.rapids.memory.gpu.allocFraction")
        : Optional.empty();
  }

  /** Adds the possible cause to a shortage of memory. */
  static OutOfDeviceMemory named(OutOfDeviceMemory lack, SparkConf conf) {
    return note(conf).map(note -> new OutOfDeviceMemory(note + ".", lack)).orElse(lack);
  }
}
