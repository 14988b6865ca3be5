package io.herd.job.resolve;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * How many threads an engine gets when the configuration leaves it open: as many as its executor
 * has cores, because all of the executor's tasks wait for that one engine.
 */
final class EngineThreads {
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*\\d+\\s*,\\s*(\\d+)\\s*,.*");

  private EngineThreads() {}

  /** 0 stands for every processor that the JVM may use: right in local mode and in containers. */
  static int auto(SparkConf conf) {
    Matcher cluster = LOCAL_CLUSTER.matcher(conf.get("spark.master", ""));
    return cluster.matches()
        ? Integer.parseInt(cluster.group(1))
        : conf.getInt("spark.executor.cores", 0);
  }
}
