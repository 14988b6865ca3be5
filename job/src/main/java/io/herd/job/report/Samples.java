package io.herd.job.report;

import static org.apache.spark.sql.functions.col;

import io.herd.job.config.Settings;
import io.herd.job.output.Outputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A few rows of an output, for the eye. */
public final class Samples {
  private static final Logger LOG = LoggerFactory.getLogger(Samples.class);

  private static final int ROWS = 5;
  private static final int WIDTH = 72;

  private Samples() {}

  /** Reads the output back; of one that Spark can't read there are none. */
  public static List<String> of(Supplier<Dataset<Row>> output, Settings settings) {
    try {
      return read(output.get(), settings);
    } catch (Exception e) { // the output is written: what is only for the eye must not fail the run
      LOG.debug("The output can't be read back", e);
      return List.of();
    }
  }

  private static List<String> read(Dataset<Row> rows, Settings settings) {
    boolean labels = settings.labelling().on();
    List<String> out = new ArrayList<>();
    for (Row row : rows.filter(col("status").equalTo("ok")).limit(ROWS).collectAsList()) {
      out.add(labels ? label(row, settings) : cut(completion(row, settings)));
    }
    return out;
  }

  /** The first of several. */
  private static String completion(Row row, Settings settings) {
    if (settings.generate().samples() == 1) {
      return row.getAs("completion");
    }
    return Outputs.isFlat(settings.output().format())
        ? row.getAs("completions")
        : row.<Row>getList(row.fieldIndex("completions")).get(0).getAs("completion");
  }

  private static String label(Row row, Settings settings) {
    String shown =
        settings.labelling().multi()
            ? labels(row)
            : String.format(
                Locale.ROOT,
                "%-10s %.2f",
                Objects.requireNonNullElse(row.<String>getAs("label"), "-"), // it abstained
                row.<Double>getAs("probability"));
    String column = settings.prompt().column();
    if (column == null) {
      column = settings.prompt().lastTemplate().replaceAll("(?s).*?\\{\\{\\s*(\\w+).*", "$1");
    }
    boolean known = List.of(row.schema().fieldNames()).contains(column);
    return known ? shown + "  " + cut(String.valueOf(row.<Object>getAs(column))) : shown;
  }

  private static String labels(Row row) {
    int at = row.fieldIndex("labels");
    String text = row.get(at) instanceof String json ? json : String.join(", ", row.getList(at));
    return String.format(Locale.ROOT, "%-15s", text);
  }

  private static String cut(String text) {
    String line = text.replaceAll("\\s+", " ").trim();
    return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…";
  }
}
