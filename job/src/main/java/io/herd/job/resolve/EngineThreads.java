package io.herd.job.resolve;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * The default number of an engine's threads: the executor's cores, because all of the executor's
 * tasks wait for that one engine.
 */
final class EngineThreads {
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*\\d+\\s*,\\s*(\\d+)\\s*,.*");

  private EngineThreads() {}

  /**
   * Returns 0 for all processors that the JVM may use, which is right in local mode and in
   * containers.
   */
  static int auto(SparkConf conf) {
    Matcher cluster = LOCAL_CLUSTER.matcher(conf.get("spark.master", ""));
    return cluster.matches()
        ? Integer.parseInt(cluster.group(1))
        : conf.getInt("spark.executor.cores", 0);
  }
}
