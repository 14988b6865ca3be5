package io.herd.job;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Spark's settings of a run as long as its rows are few. Generating code for a query, and planning
 * it anew after each of its stages, then take longer than the query. Results are the same. What the
 * session has set stays.
 */
final class SmallInput implements AutoCloseable {
  /** Of files; an input that Spark can't estimate is large. */
  static final long MOST_BYTES = 4L << 20;

  private static final Map<String, String> CODE =
      Map.of(
          "spark.sql.codegen.wholeStage", "false",
          "spark.sql.codegen.factoryMode", "NO_CODEGEN");
  private static final Map<String, String> PLANS =
      Map.of("spark.sql.adaptive.enabled", "false", "spark.sql.shuffle.partitions", "1");

  private final SparkSession spark;
  private final Map<String, String> code;
  private final Map<String, String> plans;

  SmallInput(SparkSession spark) {
    this.spark = spark;
    this.code = untold(spark, CODE);
    this.plans = untold(spark, PLANS);
  }

  private static Map<String, String> untold(SparkSession spark, Map<String, String> wanted) {
    Map<String, String> untold = new HashMap<>(wanted);
    untold.keySet().removeIf(key -> spark.conf().getAll().contains(key));
    return untold;
  }

  /** Before the input is opened: that parses text, in which generated code has no part. */
  void open() {
    set(code, true);
  }

  /** Once its size is known, as Spark estimates it. A query may make many rows of few. */
  void read(Dataset<Row> input) {
    set(code, isSmall(input));
  }

  /** Once it lies in files of the run's own. */
  void store(Dataset<Row> snapshot, Dataset<Row> log) {
    boolean small = isSmall(snapshot, log);
    set(code, small);
    set(plans, small);
  }

  private void set(Map<String, String> settings, boolean on) {
    if (on) {
      settings.forEach(spark.conf()::set);
    } else {
      settings.keySet().forEach(spark.conf()::unset);
    }
  }

  private static boolean isSmall(Dataset<?>... all) {
    double bytes =
        Arrays.stream(all)
            .mapToDouble(
                rows -> rows.queryExecution().optimizedPlan().stats().sizeInBytes().doubleValue())
            .sum();
    return bytes <= MOST_BYTES;
  }

  /** The session may outlive the run. */
  @Override
  public void close() {
    set(code, false);
    set(plans, false);
  }
}
