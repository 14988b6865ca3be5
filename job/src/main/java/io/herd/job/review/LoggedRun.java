package io.herd.job.review;

import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.job.output.CascadedRows;
import io.herd.job.output.Outputs;
import io.herd.job.plan.Plan;
import io.herd.job.report.RunJson;
import io.herd.job.workdir.RunState;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.Quoted;
import io.herd.udfs.UserException;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.results.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The last run on a work-dir, read-only: its report, and its rows with their results in the log.
 * Neither the model nor the input is needed.
 */
public final class LoggedRun {
  /** The row's key in the log. */
  static final String KEY = SnapshotColumns.KEY;

  /** The run's answer, or null; a list of labels as one text. */
  static final String ANSWER = "_herd_answer";

  /** The most likely label, even if it is below the threshold. */
  static final String LABEL = "_herd_label";

  static final String PROBABILITY = "_herd_probability";

  /** The gold column as text, or null. */
  static final String GOLD = "_herd_gold";

  private final SparkSession spark;
  private final WorkDir workDir;
  private final RunState state;
  private final JsonObject report;

  private LoggedRun(SparkSession spark, WorkDir workDir, RunState state, JsonObject report) {
    this.spark = spark;
    this.workDir = workDir;
    this.state = state;
    this.report = report;
  }

  /**
   * Opens a run.
   *
   * @param place its work-dir, or the run.json or report.html in it
   * @throws UserException when there is none, it isn't whole, or its snapshot was removed
   */
  public static LoggedRun open(SparkSession spark, String place) {
    String folder = place.replaceFirst("/(run\\.json|report\\.html|manifest\\.json)$", "");
    WorkDir workDir = new WorkDir(folder, spark.sparkContext().hadoopConfiguration());
    Optional<RunState> state = workDir.run().state();
    Optional<JsonObject> report = workDir.report();
    if (state.isEmpty() || report.isEmpty()) {
      throw new UserException(
          "there is no run in " + folder + " that came to an end",
          "give the folder that herd.run.work-dir names.");
    }
    if (!isWhole(workDir.run().manifest(), state.get(), report.get())) {
      throw new UserException(
          "the last run on " + folder + " was stopped, failed or died before its end",
          "run it again until it is done: stored results aren't generated again.");
    }
    if (!workDir.snapshots().holds(state.get())) {
      throw new UserException(
          "the rows of the run in " + folder + " were removed",
          "run it again: stored results aren't generated again.");
    }
    return new LoggedRun(spark, workDir, state.get(), report.get());
  }

  /**
   * Returns whether state, report and manifest are of one run. A run that dies leaves some of them
   * to the run before, and its own rows have results only in part.
   */
  private static boolean isWhole(Optional<JsonObject> manifest, RunState state, JsonObject report) {
    return manifest
        .filter(end -> !end.has("run") || new RunJson(end).text("run").equals(state.run()))
        .filter(end -> Objects.equals(end.get("outcome"), report.get("outcome")))
        .filter(end -> Objects.equals(end.get("configuration"), report.get("configuration")))
        .isPresent();
  }

  /** Returns {@code run.json}. */
  JsonObject report() {
    return report;
  }

  /**
   * Writes a report beside the run's report.
   *
   * @return where
   */
  public String write(String name, Object found) {
    workDir.writeJson(name, found);
    return workDir + "/" + name;
  }

  SparkSession spark() {
    return spark;
  }

  /** Returns a key of the run's configuration, such as {@code output.path}; null if not set. */
  JsonElement key(String name) {
    JsonElement at = report.get("configuration");
    for (String word : name.split("\\.", -1)) {
      at = at != null && at.isJsonObject() ? at.getAsJsonObject().get(word) : null;
    }
    return at == null || at.isJsonNull() ? null : at;
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(key(name)).map(JsonElement::getAsString);
  }

  /** Returns the labels that all rows choose from; empty if rows have their own, or none. */
  List<String> labels() {
    List<String> labels = new ArrayList<>();
    if (key("choices") instanceof JsonArray choices) {
      for (JsonElement each : choices) {
        JsonElement value = each.isJsonObject() ? each.getAsJsonObject().get("value") : each;
        labels.add(value.getAsString().strip());
      }
    }
    return labels;
  }

  /** Returns whether each row has one label. */
  boolean isLabelled() {
    return (!labels().isEmpty() || key("choices-column") != null) && !isMulti();
  }

  boolean isMulti() {
    return text("labelling.multi").map(Boolean::valueOf).orElse(false);
  }

  double abstainBelow() {
    return text("labelling.abstain-below").map(Double::valueOf).orElse(0.0);
  }

  /**
   * Returns the rows with a result: the input's columns, {@link SnapshotColumns#ROW}, and this
   * class's columns. Answers with several completions, or with the reasoning in them, aren't
   * compared with gold.
   */
  Dataset<Row> rows() {
    Dataset<Row> results = Plan.results(spark, workDir.results());
    Dataset<Row> snapshot =
        answered(spark.read().parquet(workDir.snapshots().folder(state.snapshot())), results);
    Dataset<Row> joined = Outputs.joined(snapshot, results);
    List<Column> columns = new ArrayList<>();
    input(snapshot).forEach(name -> columns.add(col(Quoted.name(name))));
    columns.add(col(SnapshotColumns.ROW));
    columns.add(col(KEY));
    columns.add(answer().as(ANSWER));
    columns.add(result("label").as(LABEL));
    columns.add(result("probability").as(PROBABILITY));
    columns.add(gold(snapshot).as(GOLD));
    return joined
        .filter(result("status").equalTo(Result.OK))
        .select(columns.toArray(Column[]::new));
  }

  /** Returns a cascade's rows, each with the key of the model that answered it. */
  private Dataset<Row> answered(Dataset<Row> rows, Dataset<Row> results) {
    if (!(report.get("cascade") instanceof JsonObject cascade)) {
      return rows;
    }
    JsonElement threshold = cascade.get("threshold");
    return CascadedRows.answered(
        rows, results, threshold.isJsonNull() ? Double.POSITIVE_INFINITY : threshold.getAsDouble());
  }

  /** The columns that the input had. */
  static List<String> input(Dataset<Row> rows) {
    return Arrays.stream(rows.columns()).filter(name -> !name.startsWith("_herd_")).toList();
  }

  private Column answer() {
    if (isMulti()) {
      String threshold = text("labelling.threshold").orElse("0.5");
      String given =
          "array_sort(map_keys(map_filter("
              + SnapshotColumns.RESULT
              + ".scores, (label, p) -> p >= "
              + Double.parseDouble(threshold)
              + "D)))";
      return concat(lit("["), array_join(expr(given), ", "), lit("]"));
    }
    if (isLabelled()) {
      return when(result("probability").geq(abstainBelow()), result("label"));
    }
    boolean several = text("generate.samples").map(Integer::valueOf).orElse(1) > 1;
    return several
        ? expr("to_json(transform(" + SnapshotColumns.RESULT + ".completions, e -> e.completion))")
        : trim(result("completion"));
  }

  private Column gold(Dataset<Row> snapshot) {
    boolean split = key("generate.reasoning-tags") instanceof JsonArray tags && !tags.isEmpty();
    Column none = lit(null).cast("string");
    return text("gold-column")
        .filter(name -> !isMulti() && !split && input(snapshot).contains(name))
        .map(Outputs::right)
        .map(right -> when(right.notEqual(""), right))
        .orElse(none);
  }

  private static Column result(String field) {
    return col(SnapshotColumns.RESULT).getField(field);
  }

  @Override
  public String toString() {
    return workDir.toString();
  }
}
