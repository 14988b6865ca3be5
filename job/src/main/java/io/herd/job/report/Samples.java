package io.herd.job.report;

import static org.apache.spark.sql.functions.col;

import io.herd.job.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A few rows of an output, for the eye. */
public final class Samples {
  private static final int ROWS = 5;
  private static final int WIDTH = 72;

  private static final List<String> SELF_DESCRIBING = List.of("parquet", "orc", "json");

  private Samples() {}

  /** Reads the output back. */
  public static List<String> of(SparkSession spark, Settings settings) {
    Settings.Output output = settings.output();
    if (output.table().isEmpty() && !SELF_DESCRIBING.contains(output.format())) {
      return List.of(); // csv without a header, say, has no column names to look for
    }
    Dataset<Row> rows =
        output.table().isPresent()
            ? spark.table(output.table().get())
            : spark
                .read()
                .format(output.format())
                .options(output.options())
                .load(output.path().orElseThrow());
    boolean labels = settings.generate().labels();
    List<String> out = new ArrayList<>();
    for (Row row : rows.filter(col("status").equalTo("ok")).limit(ROWS).collectAsList()) {
      out.add(labels ? label(row, settings) : cut(row.getAs("completion")));
    }
    return out;
  }

  private static String label(Row row, Settings settings) {
    String shown =
        String.format(
            Locale.ROOT,
            "%-10s %.2f",
            row.<String>getAs("label"),
            row.<Double>getAs("probability"));
    String column = settings.prompt().column();
    if (column == null) {
      column = settings.prompt().template().replaceAll("(?s).*?\\{\\{\\s*(\\w+).*", "$1");
    }
    boolean known = List.of(row.schema().fieldNames()).contains(column);
    return known ? shown + "  " + cut(String.valueOf(row.<Object>getAs(column))) : shown;
  }

  private static String cut(String text) {
    String line = text.replaceAll("\\s+", " ").trim();
    return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…";
  }
}
