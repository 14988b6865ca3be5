package io.herd.job.cli;

import io.herd.job.config.SecretText;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.files.OwnFolder;
import io.herd.udfs.files.PrivateFolder;
import io.herd.udfs.metrics.HerdPlugin;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.storage.LocalFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** Starts Spark for a verb with the settings that Herd needs, and stops it. */
public final class Sessions {
  private static final String UI = "spark.ui.enabled";
  private static final String NAME = "spark.app.name";
  private static final String MAIN = "io.herd.job.Main";
  private static final String SHUFFLE_PARTITIONS = "spark.sql.shuffle.partitions";
  private static final String FIRST_PARTITIONS =
      "spark.sql.adaptive.coalescePartitions.initialPartitionNum";

  private static final String LOCAL_DIR = "spark.local.dir";

  private Sessions() {}

  /**
   * Runs a body in a session; spark-submit's own options take precedence over these settings.
   *
   * @param name of the application, if it has none
   */
  public static ExitCode with(String name, Function<SparkSession, ExitCode> body) {
    SparkConf conf = new SparkConf();
    return with(conf, name, missing(conf), body);
  }

  /** Runs a verb that ends too soon for Spark's UI to be of use. */
  public static ExitCode withoutUi(String name, Function<SparkSession, ExitCode> body) {
    SparkConf conf = new SparkConf();
    return with(conf, name, missingWithoutUi(conf), body);
  }

  private static ExitCode with(
      SparkConf conf,
      String name,
      Map<String, String> missing,
      Function<SparkSession, ExitCode> body) {
    refuseTokens(conf);
    boolean begunHere =
        SparkSession.getActiveSession().isEmpty() && SparkSession.getDefaultSession().isEmpty();
    SparkSession.Builder builder = SparkSession.builder();
    if (isNameless(conf)) {
      builder.appName(name);
    }
    missing.forEach(builder::config);
    if (begunHere && isOneProcess(conf) && !conf.contains(LocalFiles.SETTING)) {
      builder.config(LocalFiles.SETTING, LocalFiles.class.getName());
    }
    SparkSession spark = builder.getOrCreate();
    try {
      return body.apply(spark);
    } finally {
      if (begunHere) { // a notebook's or a platform's own goes on, with its engines
        spark.stop();
        closeEngines();
      }
    }
  }

  /** Executors in separate processes start without Herd's classes. */
  static boolean isOneProcess(SparkConf conf) {
    return conf.get("spark.master", "local[*]").matches("local(\\[.*)?");
  }

  /** Returns the settings that Herd needs in a session that others start. */
  public static Map<String, String> wanted(SparkConf conf) {
    refuseTokens(conf);
    return missing(conf);
  }

  /**
   * Returns whether the application has no {@code --name}: spark-submit names it after its class
   * then.
   */
  static boolean isNameless(SparkConf conf) {
    return conf.get(NAME, MAIN).equals(MAIN);
  }

  /** Returns the settings that Herd needs and nobody has set. */
  static Map<String, String> missing(SparkConf conf) {
    Map<String, String> wanted = new HashMap<>();
    wanted.put("spark.redaction.regex", "(?i)secret|password|token|hf_[A-Za-z0-9]{16,}");
    wanted.put("spark.plugins", HerdPlugin.class.getName());
    encryptBlocks(wanted);
    String servlet = "spark.metrics.conf.*.sink.prometheusServlet.";
    wanted.put(servlet + "class", "org.apache.spark.metrics.sink.PrometheusServlet");
    wanted.put(servlet + "path", "/metrics/prometheus");
    if (conf.get("spark.master", "local[*]").startsWith("local")) {
      wanted.put("spark.ui.showConsoleProgress", "false");
      wanted.put("spark.executor.heartbeatInterval", "1s"); // feeds the live line
      wanted.put(FIRST_PARTITIONS, "8");
      if (!conf.contains(LOCAL_DIR)) { // SPARK_LOCAL_DIRS wins in any case
        wanted.put(LOCAL_DIR, ownTemporaryFolder().toString());
      }
    } else {
      // Spark's 200 would leave most of a large cluster idle; it joins those that are small.
      wanted.put(FIRST_PARTITIONS, "2000");
    }
    if (conf.contains(SHUFFLE_PARTITIONS)) {
      wanted.remove(FIRST_PARTITIONS);
    }
    wanted.keySet().removeIf(conf::contains);
    return wanted;
  }

  /**
   * Encrypts blocks: Spark's shuffle and spill files contain rows and are readable by everyone, and
   * a broadcast that doesn't fit into memory puts the Hub's token there, too. Java's own AES,
   * because the library that Spark takes first unpacks native code into the temporary folder.
   */
  private static void encryptBlocks(Map<String, String> wanted) {
    String prefix = "spark.io.encryption.";
    wanted.put(prefix + "enabled", "true");
    wanted.put(
        prefix + "commons.config.cipher.classes", "org.apache.commons.crypto.cipher.JceCipher");
    wanted.put(
        prefix + "commons.config.secure.random.classes",
        "org.apache.commons.crypto.random.JavaCryptoRandom");
  }

  /**
   * Spark's shuffle and spill files contain rows and are readable by everyone: this puts them into
   * a folder that others can't enter.
   */
  private static Path ownTemporaryFolder() {
    Path folder = PrivateFolder.temporary("herd-spark");
    try {
      PrivateFolder.make(folder);
      boolean own = OwnFolder.foreign(folder).isEmpty() && OwnFolder.isClosed(folder);
      return own ? ProcessFolder.make(folder) : Files.createTempDirectory("herd-spark-");
    } catch (IOException e) {
      throw new UserException(
          "there is no room for Spark's temporary files: " + e,
          "name a folder that this user can write, by --conf spark.local.dir=/data/tmp.",
          e);
    }
  }

  static Map<String, String> missingWithoutUi(SparkConf conf) {
    Map<String, String> wanted = missing(conf);
    if (!conf.contains(UI)) {
      wanted.put(UI, "false");
    }
    return wanted;
  }

  /**
   * Refuses tokens in Spark's settings, which appear in its UI, its event logs and the process
   * list.
   */
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
