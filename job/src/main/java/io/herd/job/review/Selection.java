package io.herd.job.review;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import com.univocity.parsers.csv.CsvWriter;
import com.univocity.parsers.csv.CsvWriterSettings;
import io.herd.job.output.LocalLines;
import io.herd.udfs.Quoted;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows of a run to review, as a file for editing: those that contradict the gold column, the
 * most confident first; the least confident ones; and without a gold column some random ones, the
 * only ones that represent all others.
 */
public final class Selection {
  static final String RANDOM = "random";
  private static final List<String> COLUMNS =
      List.of("key", "why", "answer", "probability", "gold", "right", "row");

  private final LoggedRun run;
  private final Dataset<Row> rows;

  private Selection(LoggedRun run) {
    this.run = run;
    this.rows = distinct(run.rows());
  }

  /** Creates the selection from a run. */
  public static Selection of(LoggedRun run) {
    return new Selection(run);
  }

  /** Keeps one row per key: its right label applies to all rows with that key. */
  private static Dataset<Row> distinct(Dataset<Row> rows) {
    Column[] input =
        LoggedRun.input(rows).stream().map(name -> col(Quoted.name(name))).toArray(Column[]::new);
    return rows.groupBy(col(LoggedRun.KEY).as("key"))
        .agg(
            first(coalesce(col(LoggedRun.LABEL), col(LoggedRun.ANSWER))).as("answer"),
            first(col(LoggedRun.PROBABILITY)).as("probability"),
            first(col(LoggedRun.GOLD), true).as("gold"),
            first(to_json(struct(input))).as("row"));
  }

  /**
   * Writes the rows.
   *
   * @param file that isn't there yet; a CSV where its name ends so, else JSON lines
   * @param most rows
   * @return how many rows there are, by why
   */
  public Map<String, Long> write(Path file, int most) {
    List<String[]> chosen = chosen(most);
    boolean csv = file.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
    LocalLines.named(file).write(out -> csv ? asCsv(chosen, out) : asJson(chosen, out));
    Map<String, Long> counts = new LinkedHashMap<>();
    chosen.forEach(row -> counts.merge(row[1], 1L, Long::sum));
    return counts;
  }

  private static long asCsv(List<String[]> rows, Writer out) {
    CsvWriter csv = new CsvWriter(out, new CsvWriterSettings());
    csv.writeHeaders(COLUMNS);
    rows.forEach(row -> csv.writeRow((Object[]) row));
    csv.flush();
    return rows.size();
  }

  private static long asJson(List<String[]> rows, Writer out) throws IOException {
    for (String[] row : rows) {
      out.write(JsonLine.of(COLUMNS, row));
      out.write('\n');
    }
    return rows.size();
  }

  private List<String[]> chosen(int most) {
    Map<String, String[]> chosen = new LinkedHashMap<>();
    boolean gold = run.text("gold-column").isPresent();
    int half = Math.max(1, most / 2);
    if (gold) {
      Dataset<Row> wrong = rows.filter(col("gold").notEqual(col("answer")));
      take(chosen, wrong.orderBy(col("probability").desc(), col("key")), "disagrees", half);
    } else {
      take(chosen, rows.orderBy(col("key")), RANDOM, half); // keys are digests
    }
    if (run.isLabelled()) {
      take(chosen, rows.orderBy(col("probability"), col("key")), "unsure", most);
    }
    return chosen.values().stream().limit(most).toList();
  }

  private static void take(Map<String, String[]> into, Dataset<Row> from, String why, int most) {
    List<Row> first =
        from.select(
                col("key"),
                col("answer"),
                col("probability").cast("string"),
                col("gold"),
                col("row"))
            .limit(most)
            .collectAsList();
    for (Row row : first) {
      into.putIfAbsent(
          row.getString(0),
          new String[] {
            row.getString(0),
            why,
            row.getString(1),
            row.getString(2),
            row.getString(3),
            "",
            row.getString(4)
          });
    }
  }
}
