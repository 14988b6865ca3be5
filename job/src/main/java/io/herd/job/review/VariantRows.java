package io.herd.job.review;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.trim;

import io.herd.job.config.Settings;
import io.herd.job.output.Outputs;
import io.herd.job.output.Own;
import io.herd.job.output.Quality;
import io.herd.job.statistics.Statistics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A variant's answers and their quality.
 *
 * @param answers by the row's number
 * @param right by the row's number
 */
public record VariantRows(
    String name, Quality quality, Map<Long, String> answers, Map<Long, String> right) {

  /**
   * Measures a variant's answers.
   *
   * @param output rows with Herd's own columns
   * @param number the column by which rows of variants are the same
   */
  public static VariantRows of(String name, Dataset<Row> output, String number, Settings settings) {
    boolean labelled = settings.labelling().on();
    Column answer = trim(col(Own.name(labelled ? "label" : "completion")));
    Column right = Outputs.right(settings.goldColumn().orElseThrow());
    Column probability = labelled ? col(Own.name("probability")) : lit(null).cast("double");
    Dataset<Row> rows =
        output
            .select(
                col(number).as("number"),
                right.as("said_right"),
                answer.as("said"),
                probability.as("sure"))
            .cache();
    try {
      Quality quality =
          Cells.of(rows, col("said_right"), col("said"), col("said"), col("sure"), labelled)
              .quality(labelled);
      Map<Long, String> answers = new HashMap<>();
      Map<Long, String> rights = new HashMap<>();
      for (Row row : rows.collectAsList()) {
        answers.put(row.getLong(0), row.getString(2));
        rights.put(row.getLong(0), row.getString(1));
      }
      return new VariantRows(name, quality, answers, rights);
    } finally {
      rows.unpersist();
    }
  }

  private boolean isRight(long row) {
    return right.get(row).equals(answers.get(row));
  }

  private VariantsReport.Pair beside(VariantRows other) {
    long differ = 0;
    long first = 0;
    long second = 0;
    for (long row : answers.keySet()) {
      differ += Objects.equals(answers.get(row), other.answers.get(row)) ? 0 : 1;
      first += isRight(row) && !other.isRight(row) ? 1 : 0;
      second += other.isRight(row) && !isRight(row) ? 1 : 0;
    }
    return new VariantsReport.Pair(
        name, other.name, differ, first, second, Statistics.mcnemar(first, second), 1);
  }

  /** Compares each pair of variants. */
  public static VariantsReport report(
      List<VariantRows> all, List<VariantsReport.Variant> variants) {
    List<VariantsReport.Pair> pairs = new ArrayList<>();
    for (int a = 0; a < all.size(); a++) {
      for (int b = a + 1; b < all.size(); b++) {
        pairs.add(all.get(a).beside(all.get(b)));
      }
    }
    List<Double> adjusted =
        Statistics.holm(pairs.stream().map(VariantsReport.Pair::mcnemar).toList());
    for (int i = 0; i < pairs.size(); i++) {
      pairs.set(i, pairs.get(i).with(adjusted.get(i)));
    }
    return new VariantsReport(VariantsReport.SCHEMA, all.get(0).answers().size(), variants, pairs);
  }
}
