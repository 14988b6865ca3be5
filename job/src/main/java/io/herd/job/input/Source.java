package io.herd.job.input;

import io.herd.job.config.InputSettings;
import io.herd.job.config.OwnColumns;
import io.herd.job.config.Settings;
import io.herd.udfs.Causes;
import io.herd.udfs.UserException;
import io.herd.udfs.partition.RowChoices;
import io.herd.udfs.partition.RowNewTokens;
import io.herd.udfs.partition.SnapshotColumns;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/** The configured input's rows, as Spark reads them. */
public final class Source {
  private Source() {}

  /**
   * Opens the source and checks its columns.
   *
   * @throws UserException when it isn't there, or its columns clash with the output's
   */
  public static Dataset<Row> open(SparkSession spark, Settings settings) {
    return SparkAnalysis.of(
        "the input can't be read",
        "check herd.input.path, table, sql, format and schema.",
        () -> {
          Dataset<Row> rows = read(spark, settings);
          check(rows, settings);
          return rows;
        });
  }

  /**
   * Opens the source again, for a run that has a snapshot of it.
   *
   * @return empty when it is gone
   */
  static Optional<Dataset<Row>> reopen(SparkSession spark, Settings settings) {
    try {
      return Optional.of(open(spark, settings));
    } catch (UserException e) {
      if (Causes.of(e).anyMatch(Source::saysThatItIsGone)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static boolean saysThatItIsGone(Throwable cause) {
    return cause instanceof AnalysisException
        && (cause.getMessage().startsWith("[PATH_NOT_FOUND]")
            || cause.getMessage().startsWith("[TABLE_OR_VIEW_NOT_FOUND]"));
  }

  private static Dataset<Row> read(SparkSession spark, Settings settings) {
    InputSettings input = settings.input();
    if (input.sql().isPresent()) {
      return spark.sql(input.sql().get());
    }
    if (input.table().isPresent()) {
      return spark.read().options(input.options()).table(input.table().get());
    }
    if (input.isBatch()) {
      return BatchFile.read(spark, settings);
    }
    DataFrameReader reader = spark.read().format(input.format()).options(input.options());
    input.schema().ifPresent(reader::schema);
    return reader.load(input.path().orElseThrow());
  }

  /** Returns the exception for an input without rows. */
  public static UserException empty() {
    return new UserException(
        "the input has no rows", "check herd.input: its path, or the filter of its query.");
  }

  /**
   * Checks the columns of rows.
   *
   * @throws UserException when they clash with the output's, or one that the settings name is
   *     missing
   */
  public static void check(Dataset<Row> rows, Settings settings) {
    List<String> columns = Arrays.asList(rows.columns());
    if (columns.isEmpty()) { // what Spark makes of an empty JSON file
      throw empty();
    }
    Set<String> seen = new HashSet<>();
    for (String column : columns) {
      String folded = column.toLowerCase(Locale.ROOT); // to Spark, Label and label are the same
      if (!seen.add(folded)) {
        throw new UserException(
            "the input has two columns named " + column,
            "rename one of them, for example with herd.input.sql.");
      }
      if (SnapshotColumns.isReserved(folded)) {
        throw new UserException(
            "the input has a column " + column + ", a name that is reserved for Herd",
            "rename it where the input is made, or with herd.input.sql.");
      }
      if (settings.columns().holds(column)) {
        throw clash(column, columns, settings);
      }
    }
    require(columns, settings.input().idColumn().orElse(null), "herd.input.id-column");
    require(columns, settings.goldColumn().orElse(null), "herd.gold-column");
    require(columns, settings.labelling().column(), "herd.choices-column");
    require(
        columns, settings.newTokensColumn().orElse(null), "herd.generate.max-new-tokens-column");
    checkTypes(rows.schema(), settings);
    for (String column : settings.output().partitionBy()) {
      require(columns, column, "herd.output.partition-by");
    }
    InputOrder.check(rows, settings);
  }

  /** Reports all clashing columns at once, with a prefix that avoids all clashes. */
  private static UserException clash(String first, List<String> columns, Settings settings) {
    OwnColumns own = settings.columns();
    String prefix = OwnColumns.GIVEN;
    while (isTaken(prefix, columns, own)) {
      prefix += "_";
    }
    List<String> clashing = columns.stream().filter(own::holds).toList();
    return new UserException(
        "the input has a column "
            + first
            + ", which the output adds"
            + (clashing.size() == 1
                ? ""
                : " (of such there are " + String.join(", ", clashing) + ")"),
        "set herd.output.columns.prefix = \""
            + prefix
            + "\", a prefix for the columns that Herd adds, or rename single ones with"
            + " herd.output.columns.rename.");
  }

  private static boolean isTaken(String prefix, List<String> columns, OwnColumns own) {
    return columns.stream()
        .anyMatch(
            column ->
                own.names().keySet().stream()
                    .anyMatch(word -> column.equalsIgnoreCase(prefix + word)));
  }

  private static void checkTypes(StructType columns, Settings settings) {
    String choices = settings.labelling().column();
    if (choices != null && !RowChoices.readable(columns.apply(choices).dataType())) {
      throw new UserException(
          "herd.choices-column = " + choices + ": is " + columns.apply(choices).dataType().sql(),
          "make it ARRAY<STRING>, or ARRAY<STRUCT<value: STRING, text: STRING>>, for example with"
              + " split(...) in herd.input.sql.");
    }
    String tokens = settings.newTokensColumn().orElse(null);
    if (tokens != null && !RowNewTokens.readable(columns.apply(tokens).dataType())) {
      throw new UserException(
          "herd.generate.max-new-tokens-column = %s: is %s"
              .formatted(tokens, columns.apply(tokens).dataType().sql()),
          "make it a whole number, for example with CAST(... AS INT) in herd.input.sql.");
    }
    boolean several = settings.labelling().multi();
    String gold = settings.goldColumn().orElse(null);
    if (gold != null && several != (columns.apply(gold).dataType() instanceof ArrayType)) {
      throw new UserException(
          "herd.gold-column = " + gold + ": is " + columns.apply(gold).dataType().sql(),
          several
              ? "make it ARRAY<STRING>, as herd.labelling.multi gives each row several labels."
              : "make it one label; only with herd.labelling.multi = true a row has several.");
    }
  }

  private static void require(List<String> columns, String wanted, String key) {
    if (wanted != null && !columns.contains(wanted)) {
      throw new UserException(
          key + " = " + wanted + ": the input has no such column",
          "use one of its columns: " + String.join(", ", columns) + ".");
    }
  }
}
