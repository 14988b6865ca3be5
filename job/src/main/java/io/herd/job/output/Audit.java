package io.herd.job.output;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.shiftright;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.herd.job.config.Settings;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.results.Result;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Verifies the output independently of its writer: reads it back and compares it with the snapshot,
 * as multisets of rows. One job sums hashes of both, over the input's columns; only when the sums
 * differ a second one finds the rows. What the rows were answered is compared with what was
 * written.
 */
public final class Audit {
  /** Maximum number of rows listed when something is wrong. */
  private static final int MOST_LISTED = 10_000;

  private static final long LOW_BITS = 0x7fffffffL; // their sum stays in a long
  private static final String PRINT = "_herd_print";
  private static final String STATUS = "status";

  private final Settings settings;
  private final Fidelity fidelity;
  private final String listed;

  /**
   * Creates the audit of the configured output.
   *
   * @param listed folder for the rows that are wrong
   */
  public Audit(Settings settings, String listed) {
    this.settings = settings;
    this.fidelity = Fidelity.of(settings.output());
    this.listed = listed;
  }

  /**
   * Totals over a multiset of rows.
   *
   * @param low sum of the lower bits of the rows' hashes, {@code high} of the higher
   * @param answers of an output
   */
  private record Totals(long rows, long ok, long failed, long low, long high, AnswerSums answers) {
    boolean sameRows(Totals other) {
      return rows == other.rows && low == other.low && high == other.high;
    }
  }

  /** How often rows are in one multiset and not in the other. */
  private record Differences(long missing, long duplicated, long unknown) {
    static final Differences NONE = new Differences(0, 0, 0);

    /** Returns whether rows may differ only in how they read back. */
    boolean mayBeText() {
      return duplicated == 0 && missing == unknown;
    }
  }

  /**
   * Compares output and snapshot.
   *
   * @param snapshot with the columns of the input and {@link SnapshotColumns}
   * @param columns of the input
   * @param output the run's rows as a reader finds them
   * @param counts what was counted while it was written
   */
  public AuditReport of(
      Dataset<Row> snapshot, List<String> columns, Dataset<Row> output, Counts counts) {
    List<String> kept = settings.output().isBatch() ? BatchLines.KEPT : columns;
    Column print = fidelity.print(output.schema(), kept);
    Dataset<Row> in = snapshot.withColumn(PRINT, print);
    Dataset<Row> out = output.withColumn(PRINT, print);
    Map<String, Totals> totals = totals(in, out);
    Totals expected = totals.get("in");
    Totals found = totals.get("out");
    Differences differences =
        expected.sameRows(found) ? Differences.NONE : differences(in, out, kept);
    boolean same =
        differences.equals(Differences.NONE) || (!fidelity.exact() && differences.mayBeText());
    boolean others = same && hasOthersAnswers(found, counts);
    boolean told = settings.columns().written(STATUS).isPresent(); // else none is read back
    return new AuditReport(
        same
            && !others
            && expected.rows() == found.rows()
            && (!told || found.ok() + found.failed() == found.rows()),
        true,
        expected.rows(),
        found.rows(),
        told ? found.ok() : counts.ok(),
        told ? found.failed() : counts.failed(),
        differences.missing(),
        differences.duplicated(),
        differences.unknown(),
        others
            ? "the rows have other answers than those that this run wrote"
            : note(found.rows(), counts.rows(), same ? differences.unknown() : 0));
  }

  /**
   * Returns whether the answers are another run's. Where rows were counted twice, because a stage
   * ran twice, the sums mean nothing.
   */
  private static boolean hasOthersAnswers(Totals found, Counts counts) {
    return counts.answers() != null
        && counts.rows() == found.rows()
        && !counts.answers().equals(found.answers());
  }

  /** Returns the report for an output that can't be read back, with the reason. */
  public static AuditReport counted(long rowsIn, Counts counts, String why) {
    boolean complete = counts.rows() == rowsIn && counts.ok() + counts.failed() == counts.rows();
    return new AuditReport(
        complete, false, rowsIn, counts.rows(), counts.ok(), counts.failed(), 0, 0, 0, why);
  }

  /** A stage that Spark ran twice may have counted twice; the rows that exist count. */
  private static String note(long found, long counted, long others) {
    if (others > 0) {
      return others + " of them with other text, which the format doesn't keep";
    }
    return found == counted ? null : counted + " were counted while they were written";
  }

  private Map<String, Totals> totals(Dataset<Row> in, Dataset<Row> out) {
    Column none = lit(0L);
    AnswerSums.Sums answered = AnswerSums.ofWritten(out.schema(), settings);
    Dataset<Row> both =
        totals(in, "in", none, none, none, none)
            .union(
                totals(
                    out,
                    "out",
                    rowsThatAre(Result.OK),
                    rowsThatAre(Result.FAILED),
                    answered.low(),
                    answered.high()));
    Map<String, Totals> totals = new HashMap<>();
    for (Row row : both.collectAsList()) {
      AnswerSums answers = new AnswerSums(row.getLong(6), row.getLong(7));
      totals.put(
          row.getString(0),
          new Totals(
              row.getLong(1),
              row.getLong(2),
              row.getLong(3),
              row.getLong(4),
              row.getLong(5),
              answers));
    }
    return totals;
  }

  private Column rowsThatAre(String status) {
    return settings
        .columns()
        .written(STATUS)
        .map(name -> count(when(RowPrint.quoted(name).equalTo(status), 1)))
        .orElse(lit(0L));
  }

  private static Dataset<Row> totals(Dataset<Row> rows, String side, Column... more) {
    Column low = col(PRINT).bitwiseAND(LOW_BITS);
    Column high = shiftright(col(PRINT), 32).bitwiseAND(LOW_BITS);
    Column[] sums = {
      more[0], more[1], zeroIfNone(sum(low)), zeroIfNone(sum(high)), more[2], more[3]
    };
    return rows.agg(count(lit(1)), sums).select(lit(side), col("*"));
  }

  private static Column zeroIfNone(Column sum) {
    return coalesce(sum, lit(0L));
  }

  /** Finds and lists the rows that one multiset has more often. */
  private Differences differences(Dataset<Row> in, Dataset<Row> out, List<String> columns) {
    Dataset<Row> wrong = wrong(in, out, columns).persist();
    try {
      wrong
          .orderBy("problem", "row")
          .limit(MOST_LISTED)
          .coalesce(1)
          .write()
          .mode("overwrite")
          .json(listed);
      Map<String, Long> times = new HashMap<>();
      for (Row row : wrong.groupBy("problem").agg(sum(col("times"))).collectAsList()) {
        times.put(row.getString(0), row.getLong(1));
      }
      return new Differences(
          times.getOrDefault("missing", 0L),
          times.getOrDefault("duplicated", 0L),
          times.getOrDefault("unknown", 0L));
    } finally {
      wrong.unpersist();
    }
  }

  private static Dataset<Row> wrong(Dataset<Row> in, Dataset<Row> out, List<String> columns) {
    Column content = to_json(struct(columns.stream().map(RowPrint::quoted).toArray(Column[]::new)));
    Dataset<Row> expected =
        in.groupBy(col(PRINT).as("print_in"))
            .agg(
                count(lit(1)).as("rows_in"),
                min(col(SnapshotColumns.ROW)).as("row"),
                min(col(SnapshotColumns.KEY)).as("key"),
                first(content).as("expected"));
    Dataset<Row> found =
        out.groupBy(col(PRINT).as("print_out"))
            .agg(count(lit(1)).as("rows_out"), first(content).as("found"));
    Column rowsIn = coalesce(col("rows_in"), lit(0L));
    Column rowsOut = coalesce(col("rows_out"), lit(0L));
    return expected
        .join(found, col("print_in").equalTo(col("print_out")), "full_outer")
        .filter(rowsIn.notEqual(rowsOut))
        .select(
            when(rowsIn.equalTo(0), "unknown")
                .when(rowsIn.gt(rowsOut), "missing")
                .otherwise("duplicated")
                .as("problem"),
            greatest(rowsIn.minus(rowsOut), rowsOut.minus(rowsIn)).as("times"),
            col("row"),
            col("key"),
            coalesce(col("expected"), col("found")).as("content"));
  }
}
