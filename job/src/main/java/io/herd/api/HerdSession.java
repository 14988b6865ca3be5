package io.herd.api;

import io.herd.job.cli.Sessions;
import java.util.Map;
import org.apache.spark.SparkConf;

/**
 * The Spark settings that Herd needs in a session; {@code submit/herd} sets them, and the Python
 * package asks for them.
 */
public final class HerdSession {
  private HerdSession() {}

  /**
   * Returns the settings that Herd needs and that the given ones lack.
   *
   * @param given settings of the session to be; those of Spark's own files count, too
   * @throws io.herd.udfs.UserException when one of them holds a token of the Hub
   */
  public static Map<String, String> settings(Map<String, String> given) {
    SparkConf conf = new SparkConf();
    given.forEach(conf::set);
    return Sessions.wanted(conf);
  }
}
