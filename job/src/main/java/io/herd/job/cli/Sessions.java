package io.herd.job.cli;

import io.herd.job.config.SecretText;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.metrics.HerdPlugin;
import io.herd.udfs.runtime.Engines;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** Starts Spark for a verb, with what Herd needs of it, and ends it. */
public final class Sessions {
  private static final String SHUFFLE_PARTITIONS = "spark.sql.shuffle.partitions";

  private Sessions() {}

  /** Runs a body in a session; what spark-submit was told wins over these settings. */
  public static ExitCode with(Function<SparkSession, ExitCode> body) {
    SparkConf conf = new SparkConf();
    refuseTokens(conf);
    SparkSession.Builder builder = SparkSession.builder().appName("herd");
    missing(conf).forEach(builder::config);
    SparkSession spark = builder.getOrCreate();
    try {
      return body.apply(spark);
    } finally {
      spark.stop();
      closeEngines();
    }
  }

  /** What Herd would have and nobody has set. */
  static Map<String, String> missing(SparkConf conf) {
    Map<String, String> wanted = new HashMap<>();
    wanted.put("spark.redaction.regex", "(?i)secret|password|token|hf_[A-Za-z0-9]{16,}");
    wanted.put("spark.plugins", HerdPlugin.class.getName());
    String servlet = "spark.metrics.conf.*.sink.prometheusServlet.";
    wanted.put(servlet + "class", "org.apache.spark.metrics.sink.PrometheusServlet");
    wanted.put(servlet + "path", "/metrics/prometheus");
    if (conf.get("spark.master", "local[*]").startsWith("local")) {
      wanted.put("spark.ui.showConsoleProgress", "false");
      wanted.put("spark.executor.heartbeatInterval", "1s"); // feeds the live line
      wanted.put(SHUFFLE_PARTITIONS, "8");
    } else if (!conf.contains(SHUFFLE_PARTITIONS)) {
      // Spark's 200 would leave most of a large cluster idle; it joins those that are small.
      wanted.put("spark.sql.adaptive.coalescePartitions.initialPartitionNum", "2000");
    }
    wanted.keySet().removeIf(conf::contains);
    return wanted;
  }

  /** Spark's settings are shown in its UI, its event logs and the process list. */
  static void refuseTokens(SparkConf conf) {
    for (Tuple2<String, String> setting : conf.getAll()) {
      if (SecretText.holdsHubToken(setting._2())) {
        throw new UserException(
            "the Spark setting "
                + setting._1()
                + " holds a Hugging Face token, which Spark shows in its UI and logs",
            "remove it, revoke that token (https://huggingface.co/settings/tokens), and give a new"
                + " one to the driver by HF_TOKEN or a file (herd.hub.token-file): executors get it"
                + " from the driver.");
      }
    }
  }

  private static void closeEngines() {
    try {
      Engines.closeAll(); // in local mode they are in this JVM
    } catch (InterruptedException e) {
      throw SystemException.interrupted("the engine was closed", e);
    }
  }
}
