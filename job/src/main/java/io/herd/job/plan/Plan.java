package io.herd.job.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.herd.udfs.UserException;
import io.herd.udfs.partition.SharedPrefix;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.partition.TokenIds;
import io.herd.udfs.results.Result;
import io.herd.udfs.results.ResultLog;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Column;
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
 * @param prefix tokens that all pending prompts begin with; it is computed once
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
    int[] prefix) {

  /** So many rows failing, and none not, is no accident. */
  public static final int FIRST_ROWS = 100;

  public static Plan of(SparkSession spark, Dataset<Row> snapshot, ResultLog log) {
    Row counts =
        snapshot
            .agg(
                count(lit(1)),
                count(col(SnapshotColumns.ERROR)),
                countDistinct(col(SnapshotColumns.KEY)),
                count(when(col(SnapshotColumns.CUT), lit(1))))
            .head();
    Dataset<Row> pending = pending(spark, snapshot, log);
    Row cost =
        pending
            .agg(
                count(lit(1)),
                sum(size(col(SnapshotColumns.IDS))),
                max(size(col(SnapshotColumns.IDS))),
                min(size(col(SnapshotColumns.IDS))),
                min(col(SnapshotColumns.IDS)),
                max(col(SnapshotColumns.IDS)),
                sum(col(SnapshotColumns.NEW_TOKENS)),
                count(col(SnapshotColumns.NEW_TOKENS)))
            .head();
    boolean any = cost.getLong(0) > 0;
    return new Plan(
        pending,
        counts.getLong(0),
        counts.getLong(1),
        counts.getLong(3),
        counts.getLong(2),
        cost.getLong(0),
        any ? cost.getLong(1) : 0,
        any ? cost.getInt(2) : 0,
        cost.isNullAt(6) ? 0 : cost.getLong(6),
        cost.getLong(7),
        any
            ? SharedPrefix.between(TokenIds.of(cost, 4), TokenIds.of(cost, 5), cost.getInt(3))
            : new int[0]);
  }

  private static Dataset<Row> pending(SparkSession spark, Dataset<Row> snapshot, ResultLog log) {
    // A failure may have been the machine's: it is cheap to try such a row again.
    Dataset<Row> done =
        results(spark, log).filter(col("status").equalTo(Result.OK)).select(col("key"));
    return snapshot
        .filter(col(SnapshotColumns.KEY).isNotNull())
        .select(SnapshotColumns.WORK.stream().map(functions::col).toArray(Column[]::new))
        .dropDuplicates(new String[] {SnapshotColumns.KEY})
        .join(done, col(SnapshotColumns.KEY).equalTo(done.col("key")), "left_anti");
  }

  /**
   * The log as Spark reads it: the files that are there now, and none that comes later. A key may
   * be in it more than once.
   */
  public static Dataset<Row> results(SparkSession spark, ResultLog log) {
    Set<String> replaced =
        log.files(spark.sparkContext().hadoopConfiguration()).replaced(); // before Spark lists
    return new SkippedFiles(replaced)
        .leaveOut(spark.read().schema(Result.SCHEMA).json(log.folder()));
  }

  /**
   * The same plan without the prompts of which a run has written results, failures too.
   *
   * @param submission names the run's files in the log
   */
  public Plan after(SparkSession spark, ResultLog log, String submission) {
    Dataset<Row> written =
        spark
            .read()
            .schema(Result.SCHEMA)
            .option("pathGlobFilter", ResultLog.glob(submission))
            .json(log.folder())
            .select(col("key"));
    Dataset<Row> left =
        pending.join(
            written, pending.col(SnapshotColumns.KEY).equalTo(written.col("key")), "left_anti");
    return new Plan(
        left,
        rows,
        failed,
        cut,
        distinct,
        left.count(),
        tokens,
        longest,
        askedTokens,
        asking,
        prefix);
  }

  /**
   * Tokens that the pending prompts' answers have at most.
   *
   * @param most of a prompt that doesn't say it itself
   */
  public long newTokens(int most) {
    return askedTokens + (prompts - asking) * most;
  }

  /**
   * Refuses rows of which none has a prompt, when they are too many for an accident.
   *
   * @throws UserException with the reason that most of them have
   */
  public void requirePrompts(Dataset<Row> snapshot) {
    if (rows < FIRST_ROWS || failed < rows) {
      return;
    }
    Row reason =
        snapshot.groupBy(col(SnapshotColumns.ERROR)).count().orderBy(col("count").desc()).head();
    throw new UserException(
        String.format(
            Locale.ROOT,
            "none of the %,d rows has a prompt, most because: %s",
            rows,
            reason.get(0)),
        "correct the configuration of the prompt, and try it with submit/herd plan.");
  }

  /** Rows whose result was there before, or comes from an equal row. */
  public long reused() {
    return rows - failed - prompts;
  }

  /**
   * The pending prompts as tasks take them: spread evenly, and within a task the longest first, so
   * that rows of like length meet in the engine.
   */
  public Dataset<Row> partitioned(int partitions) {
    return pending
        .repartition(partitions, col(SnapshotColumns.KEY)) // AQE leaves a given number alone
        .sortWithinPartitions(size(col(SnapshotColumns.IDS)).desc(), col(SnapshotColumns.KEY));
  }
}
