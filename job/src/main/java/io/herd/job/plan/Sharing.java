package io.herd.job.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;

import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.partition.TokenIds;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Counts the tokens that pending prompts have in common and an engine computes once. */
final class Sharing {
  /** Maximum number of tokens that are compared; beyond that, a sample of whole groups is used. */
  private static final long MOST = 2_000_000;

  /** A common prefix with fewer tokens beyond that of all prompts doesn't justify a pass. */
  private static final int LEAST = 32;

  private Sharing() {}

  /** Returns n, where every nth group of prompts is compared. */
  static int every(long tokens) {
    return Math.toIntExact(Math.max(1, tokens / MOST));
  }

  /** Returns a sample of the rows: all rows of a group, or none. */
  static Dataset<Row> part(Dataset<Row> rows, Groups groups, int every) {
    return every == 1 ? rows : rows.filter(pmod(groups.beginning(), lit(every)).equalTo(0));
  }

  /**
   * Returns the prompt tokens that needn't be computed.
   *
   * @param part of the pending prompts
   * @param prompts all of them
   * @param prefix tokens that all begin with
   */
  static long tokens(Dataset<Row> part, int every, long prompts, int prefix) {
    List<int[]> sorted =
        part.select(col(SnapshotColumns.IDS)).collectAsList().stream()
            .map(row -> TokenIds.of(row, 0))
            .sorted(Arrays::compare)
            .toList();
    long beyond = 0;
    for (int i = 1; i < sorted.size(); i++) {
      int common = common(sorted.get(i - 1), sorted.get(i)) - prefix;
      beyond += common < LEAST ? 0 : common;
    }
    return prefix * Math.max(0, prompts - 1) + beyond * every;
  }

  /** Excludes a prompt's last token, which is always computed. */
  private static int common(int[] a, int[] b) {
    int mismatch = Arrays.mismatch(a, b);
    int most = Math.min(a.length, b.length) - 1;
    return mismatch < 0 ? most : Math.min(mismatch, most);
  }
}
