package io.herd.job.plan;

import static org.apache.spark.sql.functions.approx_count_distinct;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log2;
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
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;

/**
 * Groups prompts with a common beginning, so that one task processes them next to each other. A
 * row's group depends on its own tokens alone, and its task on the groups as they were when the run
 * began, so it stays where it is while others are done.
 *
 * @param prefix tokens that all prompts begin with
 * @param places where the rows of a group go, by its number: a place for each of its pieces, or
 *     none where there are groups within it, of prompts that are alike for longer; these, and
 *     groups that aren't here, are spread by hash
 */
record Groups(int prefix, Map<Long, long[]> places) {
  /** Number of equal tokens, beyond the prefix of all prompts, that define a group. */
  private static final int TOKENS = 32;

  /** Steps between a prompt's length and twice that length. */
  private static final int STEPS = 4;

  /** Maximum number of groups that are placed; a hash spreads the others evenly. */
  private static final int MOST_PLACED = 10_000;

  private static final long[] BRANCHES = {};
  private static final Column IDS = col(SnapshotColumns.IDS);

  /** Creates groups that are all spread by hash. */
  Groups(int prefix) {
    this(prefix, Map.of());
  }

  /** Returns a hash of a prompt's beginning. */
  Column beginning() {
    return xxhash64(slice(IDS, 1, prefix + TOKENS));
  }

  /** Returns a hash of nearly the whole prompt, for prompts of similar length. */
  private static Column most() {
    Column length = pow(lit(2), floor(log2(size(IDS).multiply(0.9)))).cast("int");
    return xxhash64(slice(IDS, lit(1), length));
  }

  /**
   * Places the groups so that tasks have equally many rows, the largest groups first (Graham 1969).
   * Those that have more rows than a task is to have are cut.
   *
   * @param prompts that are pending
   */
  Groups placed(Dataset<Row> pending, long prompts, int partitions) {
    long most = Math.max(1, prompts / partitions);
    List<Row> largest =
        pending
            .groupBy(beginning().as("group"))
            .agg(count(lit(1)).as("rows"), approx_count_distinct(most()).as("different"))
            .orderBy(col("rows").desc(), col("group"))
            .limit(MOST_PLACED)
            .collectAsList();
    TaskPlaces tasks = new TaskPlaces(partitions);
    Map<Long, long[]> all = new HashMap<>();
    for (Row group : largest) {
      long rows = group.getLong(1);
      int pieces = rows > most ? Math.toIntExact(Math.min(partitions, rows / most + 1)) : 1;
      boolean branches =
          pieces > 1 && group.getLong(2) >= 2L * pieces && group.getLong(2) < rows / 2;
      all.put(group.getLong(0), branches ? BRANCHES : tasks.take(pieces, rows));
    }
    return new Groups(prefix, all);
  }

  /**
   * Partitions the pending prompts for tasks: groups are spread, and within a task prompts of
   * similar length are together, longest first, group by group.
   */
  Dataset<Row> partitioned(Dataset<Row> pending, int partitions) {
    Map<Long, long[]> all = places;
    Column branches =
        udf((UDF1<Long, Boolean>) group -> branches(all.get(group)), DataTypes.BooleanType)
            .apply(beginning());
    Column place =
        udf((UDF2<Long, Long, Long>) (group, key) -> place(all, group, key), DataTypes.LongType)
            .apply(col("herd_group"), xxhash64(col(SnapshotColumns.KEY)));
    return pending
        .withColumn(
            "herd_group", when(branches, xxhash64(beginning(), most())).otherwise(beginning()))
        .withColumn("herd_place", place)
        .repartition(partitions, col("herd_place")) // AQE leaves a given number alone
        .sortWithinPartitions(
            floor(log2(size(IDS)).multiply(STEPS)).desc(),
            col("herd_group"),
            size(IDS).desc(),
            col(SnapshotColumns.KEY))
        .drop("herd_group", "herd_place");
  }

  private static boolean branches(long[] own) {
    return own != null && own.length == 0;
  }

  private static long place(Map<Long, long[]> places, long group, long key) {
    long[] own = places.get(group);
    return own == null ? group : own[(int) Math.floorMod(key, (long) own.length)];
  }
}
