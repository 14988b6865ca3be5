package io.herd.job.plan;

import static org.apache.spark.sql.functions.approx_count_distinct;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log2;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.pow;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.herd.udfs.partition.SnapshotColumns;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * Which prompts go to one task, beside each other: those that begin alike. A row's group depends on
 * its own tokens alone, so it stays the same whatever else is pending.
 *
 * @param prefix tokens that all prompts begin with
 * @param pieces into how many pieces groups are cut that are too large for a task, by their
 *     numbers; 0 where they have groups within them, of prompts that are alike for longer
 */
record Groups(int prefix, Map<Long, Integer> pieces) {
  /** Equal tokens, beyond those that all share, that put prompts into one group. */
  private static final int TOKENS = 32;

  /** Steps of a prompt's length, to twice of it. */
  private static final int STEPS = 4;

  private static final int MOST_CUT = 10_000;
  private static final Column IDS = col(SnapshotColumns.IDS);

  /** Nothing is cut. */
  Groups(int prefix) {
    this(prefix, Map.of());
  }

  /** A number of what a prompt begins with. */
  Column beginning() {
    return xxhash64(slice(IDS, 1, prefix + TOKENS));
  }

  /** A number of nearly all of a prompt, for those of like length. */
  private static Column most() {
    Column length = pow(lit(2), floor(log2(size(IDS).multiply(0.9)))).cast("int");
    return xxhash64(slice(IDS, lit(1), length));
  }

  /**
   * These, with those cut that have more rows than a task is to have.
   *
   * @param pending prompts
   */
  Groups cut(Dataset<Row> pending, long rows) {
    List<Row> large =
        pending
            .groupBy(beginning().as("group"))
            .agg(count(lit(1)).as("rows"), approx_count_distinct(most()).as("different"))
            .filter(col("rows").gt(rows))
            .limit(MOST_CUT)
            .collectAsList();
    Map<Long, Integer> cut = new HashMap<>();
    for (Row group : large) {
      int wanted = Math.toIntExact(Math.min(Integer.MAX_VALUE, group.getLong(1) / rows + 1));
      boolean branches = group.getLong(2) >= 2L * wanted && group.getLong(2) < group.getLong(1) / 2;
      cut.put(group.getLong(0), branches ? 0 : wanted);
    }
    return new Groups(prefix, cut);
  }

  /**
   * The pending prompts as tasks take them: groups spread, and within a task those of like length
   * with the longest first, group by group.
   */
  Dataset<Row> partitioned(Dataset<Row> pending, int partitions) {
    Map<Long, Integer> all = pieces;
    Column cut =
        udf((UDF1<Long, Integer>) group -> all.getOrDefault(group, 1), DataTypes.IntegerType)
            .apply(beginning());
    Column piece =
        when(cut.equalTo(1), lit(0L))
            .when(cut.equalTo(0), most())
            .otherwise(pmod(xxhash64(col(SnapshotColumns.KEY)), cut));
    String group = "herd_group";
    return pending
        .withColumn(group, xxhash64(beginning(), piece))
        .repartition(partitions, col(group)) // AQE leaves a given number alone
        .sortWithinPartitions(
            floor(log2(size(IDS)).multiply(STEPS)).desc(),
            col(group),
            size(IDS).desc(),
            col(SnapshotColumns.KEY))
        .drop(group);
  }
}
