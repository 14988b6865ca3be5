package io.herd.udfs.partition;

import io.herd.udfs.model.DeviceLost;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends an executor whose device is lost, with a message, so that Spark starts another in its place.
 * Where the driver is the executor there is nothing to replace: the run ends with the reason.
 */
final class ExecutorEnd {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorEnd.class);

  /** The process's exit code; any code that Spark doesn't use is suitable. */
  private static final int EXIT_CODE = 86;

  private ExecutorEnd() {}

  static void because(DeviceLost lost) {
    String executor = SparkEnv.get().executorId();
    if (!executor.equals("driver")) {
      LOG.error("Executor {} ends, so that Spark starts another in its place: {}", executor, lost);
      // an orderly exit may wait for the device for ever
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }
}
