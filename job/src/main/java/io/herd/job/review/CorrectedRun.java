package io.herd.job.review;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.herd.job.output.Quality;
import io.herd.job.statistics.Statistics;
import io.herd.udfs.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** A run combined with human corrections, evaluated again. Nothing is generated. */
public final class CorrectedRun {
  private static final String RIGHT = "_herd_right";
  private static final String WHY = "_herd_why";
  private static final String LINE = "_herd_line";
  private static final String OF = "_herd_of";
  private static final StructType SCHEMA =
      StructType.fromDDL(
          OF + " string, " + RIGHT + " string, " + WHY + " string, " + LINE + " bigint");

  private final LoggedRun run;
  private final Path file;
  private final Corrections corrections;
  private final Dataset<Row> rows;

  private CorrectedRun(LoggedRun run, Path file, Corrections corrections) {
    this.run = run;
    this.file = file;
    this.corrections = corrections;
    Dataset<Row> given = given();
    this.rows =
        run.rows().join(broadcast(given), col(LoggedRun.KEY).equalTo(given.col(OF)), "left_outer");
  }

  /**
   * Combines a run with a file of corrections.
   *
   * @param file see {@link Corrections}
   * @throws UserException when the run's rows have several labels, or lines of the file don't fit
   *     it
   */
  public static CorrectedRun of(LoggedRun run, Path file) {
    if (run.isMulti()) {
      throw new UserException(
          "the rows of the run in " + run + " have several labels each",
          "review supports one answer per row; for several, correct the gold column and run"
              + " again.");
    }
    CorrectedRun corrected = new CorrectedRun(run, file, Corrections.read(file));
    corrected.requireFitting();
    return corrected;
  }

  private Dataset<Row> given() {
    List<Row> given =
        corrections.rows().entrySet().stream()
            .map(
                each ->
                    RowFactory.create(
                        each.getKey(),
                        each.getValue().label(),
                        each.getValue().why(),
                        each.getValue().line()))
            .toList();
    return run.spark().createDataFrame(given, SCHEMA);
  }

  private void requireFitting() {
    if (corrections.rows().isEmpty()) {
      throw new UserException(
          file + " has no row with a right label", "write one into right, at least in one line.");
    }
    BadLines problems = new BadLines(file);
    Set<String> labels = new TreeSet<>(run.labels());
    corrections
        .rows()
        .values()
        .forEach(
            right -> {
              if (!labels.isEmpty() && !labels.contains(right.label())) {
                problems.add(right.line(), "has no label of the run's, " + labels);
              }
            });
    Set<String> known =
        rows.filter(col(OF).isNotNull()).select(LoggedRun.KEY).distinct().collectAsList().stream()
            .map(row -> row.getString(0))
            .collect(Collectors.toSet());
    corrections
        .rows()
        .forEach(
            (key, right) -> {
              if (!known.contains(key)) {
                problems.add(right.line(), "has a key that no row with a result has");
              }
            });
    problems.refuse();
  }

  /** Evaluates the corrected run. */
  public ReviewReport report() {
    Row counts =
        rows.agg(
                number(col(RIGHT).isNotNull()),
                number(col(RIGHT).isNotNull().and(differ(answer()))),
                number(differ(col(LoggedRun.GOLD))),
                number(col(LoggedRun.GOLD).isNotNull()),
                number(col(WHY).equalTo(Selection.RANDOM)))
            .head();
    String basis =
        counts.getLong(3) > 0 ? "gold" : counts.getLong(4) > 0 ? Selection.RANDOM : "chosen";
    Cells before = cells(col(LoggedRun.GOLD), lit(true));
    Cells after = cells(coalesce(col(RIGHT), col(LoggedRun.GOLD)), measured(basis));
    Quality quality = after.quality(run.isLabelled());
    boolean thresholds = run.isLabelled() && !basis.equals("chosen");
    List<ReviewReport.Threshold> all = thresholds ? after.thresholds() : List.of();
    return new ReviewReport(
        ReviewReport.SCHEMA,
        run.report().get("started").getAsString(),
        file.toString(),
        corrections.lines(),
        counts.getLong(0),
        counts.getLong(1),
        counts.getLong(2),
        basis,
        counts.getLong(3) == 0 ? null : before.quality(run.isLabelled()),
        quality,
        Statistics.wilson(quality.answered(), quality.answered() - quality.disagreements()),
        all,
        all.isEmpty() ? Map.of() : Thresholds.reaching(all));
  }

  /** Returns the model's answer, even if it abstained. */
  private Column answer() {
    return coalesce(col(LoggedRun.LABEL), col(LoggedRun.ANSWER));
  }

  private static Column differ(Column other) {
    return col(RIGHT).notEqual(other);
  }

  private static Column number(Column condition) {
    return coalesce(sum(when(condition, 1).otherwise(0)), lit(0L));
  }

  private static Column measured(String basis) {
    return switch (basis) {
      case "gold" -> col(LoggedRun.GOLD).isNotNull();
      case Selection.RANDOM -> col(WHY).equalTo(Selection.RANDOM);
      default -> lit(true);
    };
  }

  private Cells cells(Column right, Column measured) {
    return Cells.of(
        rows.filter(right.isNotNull().and(measured)),
        right,
        col(LoggedRun.ANSWER),
        answer(),
        col(LoggedRun.PROBABILITY),
        run.isLabelled());
  }
}
