package io.herd.job.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.Quoted;
import io.herd.udfs.partition.PromptFunction;
import io.herd.udfs.partition.PromptTextColumn;
import io.herd.udfs.partition.SnapshotColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.UserDefinedFunction;

/** The columns that a snapshot stores and the prompts as text, from one rendering. */
public final class RenderedPrompts {
  private static final String PROMPT = "_herd_prompt";

  private RenderedPrompts() {}

  /**
   * Returns the snapshot's prepared rows with the prompt's text, {@link SnapshotColumns#TEXT}.
   *
   * @throws io.herd.udfs.UserException when the input lacks what prompts are made of
   */
  public static Dataset<Row> prepared(Dataset<Row> source, Settings settings, ResolvedModel model) {
    PromptFunction function =
        PromptFunctions.of(source.sparkSession(), source.schema(), settings, model);
    UserDefinedFunction prompts =
        udf(new PromptTextColumn(function), SnapshotColumns.ownWithText())
            .asNonNullable()
            .asNondeterministic();
    List<Column> columns = new ArrayList<>(columns(source));
    columns.add(prompts.apply(PromptInput.of(source, function.columns(), settings)).as(PROMPT));
    List<Column> flat = new ArrayList<>(columns(source));
    Stream.concat(SnapshotColumns.ALL.stream(), Stream.of(SnapshotColumns.TEXT))
        .forEach(own -> flat.add(col(PROMPT).getField(own).as(own)));
    return source.select(columns.toArray(Column[]::new)).select(flat.toArray(Column[]::new));
  }

  private static List<Column> columns(Dataset<Row> source) {
    return Arrays.stream(source.columns()).map(name -> col(Quoted.name(name))).toList();
  }
}
