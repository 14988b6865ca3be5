package io.herd.job.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.Quoted;
import io.herd.udfs.UserException;
import io.herd.udfs.partition.PromptColumn;
import io.herd.udfs.partition.PromptFunction;
import io.herd.udfs.partition.SnapshotColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.StructType;

/** Rows of a source with their prompts, their keys and what else the engine needs of each. */
public final class PreparedRows {
  /** Holds the prompt's columns beside the input's. */
  private static final String PROMPT = "_herd_prompt";

  private PreparedRows() {}

  /**
   * Returns the source's rows with their prompts, lazily: a snapshot stores them, and checks read
   * them.
   */
  public static Dataset<Row> of(Dataset<Row> source, Settings settings, ResolvedModel model) {
    return of(source, settings, model, ExampleRows.read(source.sparkSession(), settings));
  }

  static Dataset<Row> of(
      Dataset<Row> source, Settings settings, ResolvedModel model, ExampleRows examples) {
    Dataset<Row> small = flat(withPrompts(source, settings, model, examples));
    return model
        .large()
        .map(large -> withLarge(small, settings.large().orElseThrow(), large, examples))
        .orElse(small);
  }

  /** Adds the prompts of a cascade's large model. */
  private static Dataset<Row> withLarge(
      Dataset<Row> rows, Settings settings, ResolvedModel model, ExampleRows examples) {
    List<String> input =
        Arrays.stream(rows.columns()).filter(name -> !SnapshotColumns.isOwn(name)).toList();
    StructType schema = new StructType();
    for (String name : input) {
      schema = schema.add(rows.schema().apply(name));
    }
    PromptFunction function = PromptFunctions.of(schema, settings, model, examples);
    return rows.withColumn(
        SnapshotColumns.LARGE,
        promptColumn(function).apply(PromptInput.of(rows, function.columns(), settings)));
  }

  /** Returns the prepared rows with the prompts' columns in one struct, the last column. */
  public static Dataset<Row> withPrompts(
      Dataset<Row> source, Settings settings, ResolvedModel model) {
    return withPrompts(source, settings, model, ExampleRows.read(source.sparkSession(), settings));
  }

  private static Dataset<Row> withPrompts(
      Dataset<Row> source, Settings settings, ResolvedModel model, ExampleRows examples) {
    PromptFunction function = PromptFunctions.of(source.schema(), settings, model, examples);
    List<Column> columns = new ArrayList<>(columns(source.schema()));
    columns.add(
        promptColumn(function)
            .apply(PromptInput.of(source, function.columns(), settings))
            .as(PROMPT));
    return source.select(columns.toArray(Column[]::new));
  }

  /**
   * Returns a column that Spark computes once for each row, however many columns read it: Spark
   * repeats only what is deterministic.
   */
  private static UserDefinedFunction promptColumn(PromptFunction function) {
    return udf(new PromptColumn(function), SnapshotColumns.own())
        .asNonNullable()
        .asNondeterministic();
  }

  /** Returns the rows with the prompts' columns in place of the struct that holds them. */
  public static Dataset<Row> flat(Dataset<Row> withPrompts) {
    List<Column> columns = new ArrayList<>();
    for (String name : withPrompts.columns()) {
      if (name.equals(PROMPT)) {
        SnapshotColumns.ALL.forEach(own -> columns.add(col(PROMPT).getField(own).as(own)));
      } else {
        columns.add(col(Quoted.name(name)));
      }
    }
    return withPrompts.select(columns.toArray(Column[]::new));
  }

  private static List<Column> columns(StructType schema) {
    return Arrays.stream(schema.fieldNames()).map(name -> col(Quoted.name(name))).toList();
  }

  /**
   * Writes rows with their prompts.
   *
   * @throws UserException when Parquet can't hold a column
   */
  public static void store(Dataset<Row> rows, String folder) {
    SparkAnalysis.run(
        "the input can't be stored as Parquet",
        "drop that column, or change its type, for example with herd.input.sql.",
        () -> rows.write().parquet(folder));
  }
}
