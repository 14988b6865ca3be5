package io.herd.job.review;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.herd.job.output.Quality;
import io.herd.job.statistics.Statistics;
import io.herd.udfs.Quoted;
import io.herd.udfs.UserException;
import io.herd.udfs.partition.SnapshotColumns;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.StructField;

/**
 * Two runs over the same rows, or with some rows in common. A row of one is that of the other which
 * has its id, or the same values in all columns that both inputs have.
 */
public final class ComparedRuns {
  private static final String MATCH = "_herd_match";
  private static final String AGAIN = "_herd_again";
  private static final String RIGHT = "_herd_right";

  private final LoggedRun first;
  private final LoggedRun second;
  private final Optional<String> id;
  private final Dataset<Row> both;

  private ComparedRuns(LoggedRun first, LoggedRun second) {
    this.first = first;
    this.second = second;
    Dataset<Row> a = first.rows();
    Dataset<Row> b = second.rows();
    Optional<String> other = second.text("input.id-column");
    this.id = first.text("input.id-column").filter(each -> other.filter(each::equals).isPresent());
    List<String> names = id.map(List::of).orElseGet(() -> common(a, b));
    this.both = matched(matchable(a, names, "a"), matchable(b, names, "b")).cache();
  }

  /**
   * Matches the rows of two runs.
   *
   * @throws UserException when their inputs have no column in common
   */
  public static ComparedRuns of(LoggedRun first, LoggedRun second) {
    return new ComparedRuns(first, second);
  }

  private static List<String> common(Dataset<Row> a, Dataset<Row> b) {
    List<StructField> others = Arrays.asList(b.schema().fields());
    List<String> names =
        Stream.of(a.schema().fields())
            .filter(
                field ->
                    others.stream()
                        .anyMatch(
                            other ->
                                other.name().equals(field.name())
                                    && other.dataType().equals(field.dataType())))
            .map(StructField::name)
            .filter(name -> !name.startsWith("_herd_"))
            .toList();
    if (names.isEmpty()) {
      throw new UserException(
          "the inputs of the two runs have no column in common",
          "compare runs over the same rows, or set herd.input.id-column in both.");
    }
    return names;
  }

  /** Numbers equal rows, so that each matches one. */
  private static Dataset<Row> matchable(Dataset<Row> rows, List<String> names, String side) {
    Column[] values = names.stream().map(name -> col(Quoted.name(name))).toArray(Column[]::new);
    Dataset<Row> matched = rows.withColumn(MATCH, to_json(struct(values)));
    Column again =
        row_number()
            .over(
                Window.partitionBy(col(MATCH))
                    .orderBy(col(LoggedRun.KEY), col(SnapshotColumns.ROW)));
    return matched
        .withColumn(AGAIN, again)
        .select(
            col(MATCH).as(MATCH + side),
            col(AGAIN).as(AGAIN + side),
            col(SnapshotColumns.ROW).as("row" + side),
            col(LoggedRun.ANSWER).as("answer" + side),
            col(LoggedRun.PROBABILITY).as("probability" + side),
            col(LoggedRun.GOLD).as("gold" + side));
  }

  private static Dataset<Row> matched(Dataset<Row> a, Dataset<Row> b) {
    return a.join(
            b,
            col(MATCH + "a")
                .equalTo(col(MATCH + "b"))
                .and(col(AGAIN + "a").equalTo(col(AGAIN + "b"))))
        .withColumn(RIGHT, coalesce(col("golda"), col("goldb")));
  }

  /** Measures both runs. */
  public ComparisonReport report() {
    Column differ = not(col("answera").eqNullSafe(col("answerb")));
    Column gold = col(RIGHT).isNotNull();
    Row counts =
        both.agg(
                number(lit(true)),
                number(differ),
                number(gold),
                number(gold.and(right("a")).and(not(right("b")))),
                number(gold.and(right("b")).and(not(right("a")))))
            .head();
    long onlyFirst = counts.getLong(3);
    long onlySecond = counts.getLong(4);
    boolean measured = counts.getLong(2) > 0;
    return new ComparisonReport(
        ComparisonReport.SCHEMA,
        id.orElse(null),
        counts.getLong(0),
        counts.getLong(1),
        counts.getLong(2),
        measured ? onlyFirst : null,
        measured ? onlySecond : null,
        measured ? Statistics.mcnemar(onlyFirst, onlySecond) : null,
        side(first, "a", measured),
        side(second, "b", measured));
  }

  private static Column right(String side) {
    return coalesce(col(RIGHT).equalTo(col("answer" + side)), lit(false));
  }

  private static Column number(Column condition) {
    return coalesce(sum(when(condition, 1).otherwise(0)), lit(0L));
  }

  private ComparisonReport.Side side(LoggedRun run, String side, boolean measured) {
    Quality quality =
        measured
            ? Cells.of(
                    both.filter(col(RIGHT).isNotNull()),
                    col(RIGHT),
                    col("answer" + side),
                    col("answer" + side),
                    col("probability" + side),
                    run.isLabelled())
                .quality(run.isLabelled())
            : null;
    return ComparisonReport.Side.of(run, quality);
  }

  /** Returns the rows with different answers as JSON lines, in the first run's order. */
  public Dataset<Row> differing() {
    Column answers =
        struct(
            col("answera").as("first"),
            col("answerb").as("second"),
            col("probabilitya").as("first_probability"),
            col("probabilityb").as("second_probability"),
            col(RIGHT).as("gold"));
    Column line =
        concat(
            lit("{\"row\":"),
            col(MATCH + "a"),
            lit(","),
            expr("substring(line, 2)")); // behind its brace
    return both.filter(not(col("answera").eqNullSafe(col("answerb"))))
        .orderBy("rowa")
        .withColumn("line", to_json(answers)) // of two answers one is there
        .select(line);
  }
}
