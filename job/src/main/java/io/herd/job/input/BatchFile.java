package io.herd.job.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.herd.job.config.InputSettings;
import io.herd.job.config.Settings;
import io.herd.udfs.text.PromptSettings;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Reads OpenAI's batch files as rows, one request per line. */
final class BatchFile {
  private static final String LINE = "value";
  private static final StructType MESSAGE =
      new StructType().add("role", DataTypes.StringType).add("content", DataTypes.StringType);
  private static final StructType COLUMNS =
      new StructType()
          .add("custom_id", DataTypes.StringType)
          .add("url", DataTypes.StringType)
          .add("model", DataTypes.StringType)
          .add("messages", DataTypes.createArrayType(MESSAGE))
          .add("prompt", DataTypes.StringType)
          .add(Settings.REQUEST, DataTypes.StringType);

  private BatchFile() {}

  /**
   * Returns the requests of files; an invalid line, or one of which the prompt isn't read, has the
   * reason in its settings.
   */
  static Dataset<Row> read(SparkSession spark, Settings settings) {
    InputSettings input = settings.input();
    String unread = unread(settings.prompt());
    UDF1<String, Row> request = line -> row(line, unread);
    Dataset<Row> lines =
        spark
            .read()
            .options(input.options())
            .text(input.path().orElseThrow())
            .filter("trim(value) != ''");
    return lines
        .select(udf(request, COLUMNS).asNondeterministic().apply(col(LINE)).as(LINE))
        .select(LINE + ".*");
  }

  /** Returns the URL of requests whose prompts are in the other column; null if none are. */
  private static String unread(PromptSettings prompt) {
    if (prompt.messagesColumn() != null) {
      return BatchRequest.COMPLETION;
    }
    return prompt.column() == null ? null : BatchRequest.CHAT;
  }

  private static Row row(String line, String unread) {
    BatchRequest request = BatchRequest.of(line).unlessOf(unread);
    Row[] messages =
        request.messages() == null
            ? null
            : request.messages().stream()
                .map(message -> RowFactory.create(message.role(), message.content()))
                .toArray(Row[]::new);
    return RowFactory.create(
        request.customId(),
        request.url(),
        request.model(),
        messages,
        request.prompt(),
        request.settings().text());
  }
}
