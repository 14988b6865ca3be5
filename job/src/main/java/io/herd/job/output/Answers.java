package io.herd.job.output;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.herd.job.config.Settings;
import io.herd.udfs.grammar.ParsedColumn;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.results.Result;
import io.herd.udfs.sample.Moderation;
import io.herd.udfs.text.Reasoning;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * The columns with the answers, over rows with their results. What the log doesn't hold is decided
 * here, so that changing it regenerates nothing.
 *
 * @param settings tell whether rows were labelled or completed, and how likely a label must be
 * @param reasoning how it is split from a completion's answer; empty where it isn't
 */
public record Answers(Settings settings, Optional<Reasoning> reasoning) {
  private static final String COMPLETION = "completion";
  private static final String COMPLETIONS = "completions";

  /**
   * Creates the columns for their names and types only, without knowing whether prompts open
   * reasoning.
   */
  static Answers ofTypes(Settings settings) {
    return new Answers(settings, settings.reasoning());
  }

  /** Returns the columns' names, in the output's order. */
  List<String> names() {
    return settings.answers();
  }

  /** Returns one column, over {@link Outputs#joined} rows. */
  public Column column(String name) {
    return switch (name) {
      case "labels" ->
          expr("map_keys(map_filter("
                  + SnapshotColumns.RESULT
                  + ".scores, (label, p) -> p >= "
                  + settings.labelling().questions().threshold()
                  + "D))")
              .as(name);
      case "safe" -> label().equalTo(Moderation.SAFE).as(name);
      case "categories" -> categories().as(name);
      case Settings.ANSWERED_BY ->
          when(Outputs.result("status").equalTo(Result.OK), col(SnapshotColumns.ANSWERED_BY))
              .as(name);
      case "label" -> label().as(name);
      case Result.PARSED -> parsed().as(name);
      case Settings.REASONING -> thought(Outputs.result(COMPLETION)).as(name);
      case COMPLETION -> answered(Outputs.result(name)).as(name);
      case COMPLETIONS -> completions().as(name);
      default -> Outputs.result(name);
    };
  }

  private Column label() {
    return when(unsure(), lit(null)).otherwise(Outputs.result("label"));
  }

  /**
   * Returns the codes of violated categories, each once; empty for safe messages, null without a
   * verdict.
   */
  private Column categories() {
    Column codes = array_distinct(split(Outputs.result(COMPLETION), ","));
    return when(label().equalTo(Moderation.UNSAFE), codes)
        .when(label().isNotNull(), array().cast("array<string>"));
  }

  /** Returns whether a row's label is below the threshold. */
  Column unsure() {
    return Outputs.result("probability").lt(settings.labelling().abstainBelow());
  }

  private Column completions() {
    Column all = Outputs.result(COMPLETIONS);
    return reasoning.isEmpty()
        ? all
        : transform(
            all,
            each ->
                each.withField(Settings.REASONING, thought(each.getField(COMPLETION)))
                    .withField(COMPLETION, answered(each.getField(COMPLETION))));
  }

  private Column thought(Column completion) {
    Reasoning how = reasoning.orElseThrow();
    UDF1<String, String> thought = text -> text == null ? null : how.of(text);
    return udf(thought, DataTypes.StringType).apply(completion);
  }

  private Column answered(Column completion) {
    if (reasoning.isEmpty()) {
      return completion;
    }
    Reasoning how = reasoning.get();
    UDF1<String, String> answer = text -> text == null ? null : how.without(text);
    return udf(answer, DataTypes.StringType).apply(completion);
  }

  /** Parses each completion's JSON into a value of the schema's type. */
  private Column parsed() {
    ParsedColumn type = settings.generate().format().column().orElseThrow();
    return settings.generate().samples() > 1
        ? transform(Outputs.result(COMPLETIONS), each -> parsed(each.getField(COMPLETION), type))
        : parsed(Outputs.result(COMPLETION), type);
  }

  /** Wraps the JSON in an object, because Spark can't parse a bare number or string. */
  private static Column parsed(Column json, ParsedColumn type) {
    UDF1<String, String> readable = type::readable;
    Column text = type.readAsWritten() ? json : udf(readable, DataTypes.StringType).apply(json);
    return from_json(
            concat(lit("{\"value\":"), text, lit("}")), "value " + type.ddl(), new HashMap<>())
        .getField("value");
  }
}
