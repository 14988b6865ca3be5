package io.herd.job;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Adjusts Spark's settings while a run's input is small. Generating code for a query, and planning
 * it again after each of its stages, then take longer than the query. Results are the same. What
 * the session has set stays.
 */
final class SmallInput implements AutoCloseable {
  /** Size of an input's files; an input whose size Spark can't estimate counts as large. */
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

  /**
   * Applies before the input is opened: its files are parsed then, which generated code doesn't
   * speed up.
   */
  void open() {
    set(code, true);
  }

  /**
   * Decides again once the input's size is known, as Spark estimates it. A query may make many rows
   * of few.
   */
  void read(Dataset<Row> input) {
    set(code, isSmall(input));
  }

  /** Decides again once the rows are in the run's own files. */
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

  /** Restores the settings, because the session may outlive the run. */
  @Override
  public void close() {
    set(code, false);
    set(plans, false);
  }
}
