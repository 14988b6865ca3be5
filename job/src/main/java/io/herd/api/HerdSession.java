package io.herd.api;

import io.herd.job.cli.Sessions;
import java.util.Map;
import org.apache.spark.SparkConf;

/** What Herd wants of a session of Spark: {@code submit/herd} has it, and Python's package asks. */
public final class HerdSession {
  private HerdSession() {}

  /**
   * Settings that Herd would have and nobody has set.
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
