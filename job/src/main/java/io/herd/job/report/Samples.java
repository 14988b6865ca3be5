package io.herd.job.report;

import static org.apache.spark.sql.functions.col;

import io.herd.job.config.Settings;
import io.herd.job.output.Outputs;
import io.herd.udfs.Quoted;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A few rows of an output, for the console. */
public final class Samples {
  private static final Logger LOG = LoggerFactory.getLogger(Samples.class);

  private static final int ROWS = 5;
  private static final int WIDTH = 72;

  private final Settings settings;

  private Samples(Settings settings) {
    this.settings = settings;
  }

  /** Reads rows of the output back; none if Spark can't read it. */
  public static List<String> of(Supplier<Dataset<Row>> output, Settings settings) {
    try {
      return new Samples(settings).read(output.get());
    } catch (Exception e) { // the output is written: a failure to show rows must not fail the run
      LOG.debug("The output can't be read back", e);
      return List.of();
    }
  }

  private List<String> read(Dataset<Row> rows) {
    Optional<String> status = settings.columns().written("status");
    Dataset<Row> ok =
        status.map(name -> rows.filter(col(Quoted.name(name)).equalTo("ok"))).orElse(rows);
    return ok.limit(ROWS).collectAsList().stream()
        .map(this::line)
        .flatMap(Optional::stream)
        .toList();
  }

  /** Returns the line of a row; empty if its answer isn't written. */
  private Optional<String> line(Row row) {
    return settings.labelling().on() ? label(row) : completion(row).map(Samples::cut);
  }

  /** Returns the first of several completions. */
  private Optional<String> completion(Row row) {
    if (settings.generate().samples() == 1) {
      return value(row, "completion", String.class);
    }
    return Outputs.isFlat(settings.output().format())
        ? value(row, "completions", String.class)
        : at(row, "completions").map(at -> row.<Row>getList(at).get(0).getAs("completion"));
  }

  private Optional<String> label(Row row) {
    Optional<String> shown = settings.labelling().multi() ? labels(row) : oneLabel(row);
    String column = settings.prompt().column();
    if (column == null) {
      column = settings.prompt().lastTemplate().replaceAll("(?s).*?\\{\\{\\s*(\\w+).*", "$1");
    }
    boolean known = List.of(row.schema().fieldNames()).contains(column);
    String text = known ? "  " + cut(String.valueOf(row.<Object>getAs(column))) : "";
    return shown.map(each -> each + text);
  }

  private Optional<String> oneLabel(Row row) {
    String probability =
        value(row, "probability", Double.class)
            .map(each -> String.format(Locale.ROOT, " %.2f", each))
            .orElse("");
    return at(row, "label")
        .map(at -> Objects.requireNonNullElse(row.getString(at), "-")) // it abstained
        .map(label -> String.format(Locale.ROOT, "%-10s%s", label, probability));
  }

  private Optional<String> labels(Row row) {
    return at(row, "labels")
        .map(at -> row.get(at) instanceof String json ? json : String.join(", ", row.getList(at)))
        .map(text -> String.format(Locale.ROOT, "%-15s", text));
  }

  private <T> Optional<T> value(Row row, String own, Class<T> type) {
    return at(row, own).map(row::get).map(type::cast);
  }

  /** Returns the index of one of Herd's columns, if it is written. */
  private Optional<Integer> at(Row row, String own) {
    return settings.columns().written(own).map(row::fieldIndex);
  }

  private static String cut(String text) {
    String line = text.replaceAll("\\s+", " ").trim();
    return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…";
  }
}
