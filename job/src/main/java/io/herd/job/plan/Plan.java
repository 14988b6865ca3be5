package io.herd.job.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.size;

import io.herd.udfs.UserException;
import io.herd.udfs.partition.SharedPrefix;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.partition.TokenIds;
import io.herd.udfs.results.Result;
import io.herd.udfs.results.ResultLog;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The prompts that have no result yet.
 *
 * @param pending key, token ids and own choices of each, without duplicates
 * @param rows of the snapshot
 * @param failed rows that have no prompt
 * @param cut rows with a prompt that lost some of its text to fit
 * @param distinct prompts among the others
 * @param prompts of {@code pending}
 * @param tokens of the pending prompts
 * @param longest tokens of the longest pending prompt
 * @param askedTokens sum of the pending prompts' own most new tokens
 * @param asking pending prompts that have their own
 * @param prefix tokens that all pending prompts begin with
 * @param shared of the pending prompts' tokens, those that others begin with, too: they are
 *     computed once
 * @param groups which prompts go to one task, or null where it is all one
 */
public record Plan(
    Dataset<Row> pending,
    long rows,
    long failed,
    long cut,
    long distinct,
    long prompts,
    long tokens,
    int longest,
    long askedTokens,
    long asking,
    int[] prefix,
    long shared,
    Groups groups) {

  /** The fraction of tokens that grouping must save. */
  private static final double WORTH_GROUPS = 0.1;

  /** With fewer tokens, counting shared prefixes takes longer than it saves. */
  private static final long FEW_TOKENS = 5_000;

  /** When this many rows fail and none succeeds, the configuration is at fault. */
  public static final int FIRST_ROWS = 100;

  /** Counts a snapshot's rows and those that the log lacks, in one query. */
  public static Plan of(SparkSession spark, Dataset<Row> snapshot, ResultLog log) {
    // A failure may have been the machine's: it is cheap to try such a row again.
    Dataset<Row> done =
        results(spark, log).filter(col("status").equalTo(Result.OK)).select(col("key"));
    Row counts = PlanCounts.of(snapshot, done);
    long prompts = counts.getAs("prompts");
    long tokens = counts.getAs("tokens");
    int[] prefix = prompts == 0 ? new int[0] : prefix(counts);
    return new Plan(
        pending(snapshot, done),
        counts.getAs("rows"),
        counts.getAs("failed"),
        counts.getAs("cut"),
        counts.getAs("distinct"),
        prompts,
        tokens,
        counts.getAs("longest"),
        counts.getAs("asked_tokens"),
        counts.getAs("asking"),
        prefix,
        shared(snapshot, done, prompts, tokens, prefix.length),
        null);
  }

  private static long shared(
      Dataset<Row> snapshot, Dataset<Row> done, long prompts, long tokens, int prefix) {
    if (tokens < FEW_TOKENS) {
      return prefix * Math.max(0, prompts - 1);
    }
    int every = Sharing.every(tokens);
    Dataset<Row> part = Sharing.part(snapshot, new Groups(prefix), every);
    return Math.min(Sharing.tokens(pending(part, done), every, prompts, prefix), tokens - 1);
  }

  /**
   * Returns this plan with prompts grouped by common beginnings, if that saves much.
   *
   * @param partitions tasks
   */
  public Plan grouped(int partitions) {
    boolean worth = shared - prefix.length * (prompts - 1) > WORTH_GROUPS * tokens;
    return worth && partitions > 0
        ? with(pending, prompts, new Groups(prefix.length).placed(pending, prompts, partitions))
        : this;
  }

  private Plan with(Dataset<Row> left, long leftPrompts, Groups together) {
    return new Plan(
        left,
        rows,
        failed,
        cut,
        distinct,
        leftPrompts,
        tokens,
        longest,
        askedTokens,
        asking,
        prefix,
        shared,
        together);
  }

  private static int[] prefix(Row counts) {
    return SharedPrefix.between(
        TokenIds.of(counts, counts.fieldIndex("least")),
        TokenIds.of(counts, counts.fieldIndex("greatest")),
        counts.<Integer>getAs("shortest"));
  }

  private static Dataset<Row> pending(Dataset<Row> snapshot, Dataset<Row> done) {
    return snapshot
        .filter(col(SnapshotColumns.KEY).isNotNull())
        .select(SnapshotColumns.WORK.stream().map(functions::col).toArray(Column[]::new))
        .dropDuplicates(new String[] {SnapshotColumns.KEY})
        .join(done, col(SnapshotColumns.KEY).equalTo(done.col("key")), "left_anti");
  }

  /**
   * Reads the log: the files that exist now, and none that appears later. A key may be in it more
   * than once.
   */
  public static Dataset<Row> results(SparkSession spark, ResultLog log) {
    Set<String> replaced =
        log.files(spark.sparkContext().hadoopConfiguration()).replaced(); // before Spark lists
    return new SkippedFiles(replaced).leaveOut(read(spark).json(log.folder()));
  }

  private static DataFrameReader read(SparkSession spark) {
    return spark.read().schema(Result.SCHEMA).option("recursiveFileLookup", "true");
  }

  /**
   * Returns this plan without the prompts that have a result already, including failures.
   *
   * @param submission names the run's files in the log
   */
  public Plan after(SparkSession spark, ResultLog log, String submission) {
    Dataset<Row> written =
        read(spark)
            .option("pathGlobFilter", ResultLog.glob(submission))
            .json(log.folder())
            .select(col("key"));
    Dataset<Row> left =
        pending.join(
            written, pending.col(SnapshotColumns.KEY).equalTo(written.col("key")), "left_anti");
    return with(left, left.count(), groups);
  }

  /**
   * Returns the maximum number of tokens in the pending prompts' answers.
   *
   * @param most of a prompt that doesn't say it itself
   */
  public long newTokens(int most) {
    return askedTokens + (prompts - asking) * most;
  }

  /**
   * Refuses rows of which none has a prompt, if there are too many for a coincidence.
   *
   * @throws UserException with the reason that most of them have
   */
  public void requirePrompts(Dataset<Row> snapshot) {
    if (rows < FIRST_ROWS || failed < rows) {
      return;
    }
    throw new UserException(
        String.format(
            Locale.ROOT,
            "none of the %,d rows has a prompt, most because: %s",
            rows,
            reason(snapshot)),
        "correct the configuration of the prompt, and try it with submit/herd plan.");
  }

  /** Returns the most frequent reason of rows without a prompt; there must be such rows. */
  public static String reason(Dataset<Row> snapshot) {
    Column error = col(SnapshotColumns.ERROR);
    return snapshot
        .filter(error.isNotNull())
        .groupBy(error)
        .count()
        .orderBy(col("count").desc(), error)
        .head()
        .getString(0);
  }

  /** Returns the number of rows with an earlier result or that of an equal row. */
  public long reused() {
    return rows - failed - prompts;
  }

  /**
   * Partitions the pending prompts for tasks: spread evenly, or in groups, and within a task the
   * longest first, so that rows of similar length are in the engine together.
   */
  public Dataset<Row> partitioned(int partitions) {
    if (groups != null) {
      return groups.partitioned(pending, partitions);
    }
    return pending
        .repartition(partitions, col(SnapshotColumns.KEY)) // AQE leaves a given number alone
        .sortWithinPartitions(size(col(SnapshotColumns.IDS)).desc(), col(SnapshotColumns.KEY));
  }
}
