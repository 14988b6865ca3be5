package io.herd.job.output;

import static org.apache.spark.sql.functions.array_except;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;

import io.herd.job.config.Settings;
import io.herd.udfs.Quoted;
import io.herd.udfs.partition.ExecutorFiles;
import io.herd.udfs.partition.PromptTexts;
import io.herd.udfs.partition.SnapshotColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;

/** Compares the output with the gold column: its quality, and the rows that disagree. */
public final class Review {
  /** Maximum number of disagreeing rows that are written. */
  public static final int MOST_ROWS = 1000;

  /** Maximum number of label pairs times bins that the driver aggregates. */
  private static final int MOST_CELLS = 100_000;

  private final Settings settings;
  private final Comparison gold;

  private Review(Settings settings, Comparison gold) {
    this.settings = settings;
    this.gold = gold;
  }

  /** Creates the review of a run with a gold column. */
  public static Review of(Settings settings) {
    return new Review(settings, Comparison.of(settings).orElseThrow());
  }

  /** Measures the output, with the counts of its rows. */
  public Quality quality(Dataset<Row> output, Counts counts) {
    if (!settings.labelling().on() || settings.labelling().multi()) {
      return Quality.of(counts.gold(), settings.labelling().multi());
    }
    Column bin = least(floor(Own.col("probability").multiply(Quality.BINS)), lit(Quality.BINS - 1));
    List<Row> cells =
        output
            .filter(gold.compared())
            .groupBy(gold.right().as("gold"), gold.answer().as("answer"), bin.cast("int").as("bin"))
            .agg(count(lit(1)), sum(Own.col("probability")))
            .limit(MOST_CELLS + 1)
            .collectAsList();
    return cells.size() > MOST_CELLS
        ? Quality.of(counts.gold(), false)
        : Quality.of(counts.gold(), cells.stream().map(Review::cell).toList());
  }

  private static Quality.Cell cell(Row row) {
    return new Quality.Cell(
        row.getString(0), row.getString(1), row.getInt(2), row.getLong(3), row.getDouble(4));
  }

  /**
   * Writes the disagreeing rows as JSON lines, the most confident first.
   *
   * @param output with the token ids, see {@link Outputs#withIds}
   * @param input columns of the input
   */
  public void write(Dataset<Row> output, List<String> input, ExecutorFiles files, String folder) {
    Dataset<Row> wrong =
        output
            .filter(gold.answered().and(not(gold.correct())))
            .orderBy(confidence().desc())
            .limit(MOST_ROWS);
    UserDefinedFunction texts = udf(new PromptTexts(files), DataTypes.StringType);
    Column prompt = texts.apply(struct(col(SnapshotColumns.IDS))).as("prompt");
    wrong.select(columns(input, prompt)).coalesce(1).write().mode("overwrite").json(folder);
  }

  /** For sets of labels, returns the number of wrong labels. */
  private Column confidence() {
    if (settings.labelling().multi()) {
      return size(array_except(gold.answer(), gold.right()))
          .plus(size(array_except(gold.right(), gold.answer())));
    }
    return settings.labelling().on()
        ? Own.col("probability")
        : lit(0.0); // a whole number is a place
  }

  private Column[] columns(List<String> input, Column prompt) {
    List<Column> columns = new ArrayList<>();
    columns.add(gold.right().as("gold"));
    columns.addAll(settings.answers().stream().map(name -> Own.col(name).as(name)).toList());
    columns.add(prompt);
    Stream<String> quoted = input.stream().map(Quoted::name);
    columns.add(struct(quoted.map(name -> col(name)).toArray(Column[]::new)).as("row"));
    return columns.toArray(Column[]::new);
  }
}
