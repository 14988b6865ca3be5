package io.herd.job.output;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.herd.job.config.ModelSettings;
import io.herd.job.config.Settings;
import io.herd.udfs.results.Result;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * Writes the answers to a batch file like OpenAI's API and vLLM's {@code run_batch}, and reads them
 * back. Nothing in a line depends on when or by which run it is written.
 *
 * @param model that answered
 * @param chat whether requests were chats, rather than texts to go on with
 */
record BatchLines(String model, boolean chat) {
  private static final String ID = "custom_id";

  /** The input's columns that lines preserve. */
  static final List<String> KEPT = List.of(ID);

  private static final Column BODY = col("response").getField("body");
  private static final Column NULL = lit(null).cast(DataTypes.StringType);

  static BatchLines of(Settings settings) {
    ModelSettings model = settings.model();
    String name =
        model.id().orElseGet(() -> String.valueOf(model.path().orElseThrow().getFileName()));
    return new BatchLines(name, settings.prompt().column() == null);
  }

  /** Converts rows with {@link Own} columns to the lines' fields. */
  Dataset<Row> written(Dataset<Row> rows) {
    Column ok = Own.col("status").equalTo(Result.OK);
    Column name = substring(sha2(to_json(struct(ofRequest())), 256), 1, 24);
    Column error = struct(lit("failed").as("code"), Own.col("error").as("message"));
    Column response =
        struct(
            when(ok, 200).otherwise(400).as("status_code"),
            concat(lit("herd-request-"), name).as("request_id"),
            when(ok, body(name)).as("body"));
    return rows.select(
        concat(lit("herd-"), name).as("id"),
        coalesce(col(ID), lit("")).as(ID),
        response.as("response"),
        when(ok, lit(null)).otherwise(error).as("error"));
  }

  private static Column[] ofRequest() {
    return new Column[] {col(ID), col("messages"), col("prompt"), col(Settings.REQUEST)};
  }

  private Column body(Column name) {
    Column prompt = Own.col("prompt_tokens");
    Column completion = Own.col("completion_tokens");
    return struct(
        concat(lit(chat ? "chatcmpl-" : "cmpl-"), name).as("id"),
        lit(chat ? "chat.completion" : "text_completion").as("object"),
        lit(0L).as("created"), // results have no time
        lit(model).as("model"),
        array(choice()).as("choices"),
        struct(
                prompt.as("prompt_tokens"),
                completion.as("completion_tokens"),
                prompt.plus(completion).as("total_tokens"))
            .as("usage"));
  }

  private Column choice() {
    Column message =
        struct(
            lit("assistant").as("role"), Own.col("completion").as("content"), NULL.as("refusal"));
    return struct(
        lit(0).as("index"),
        chat ? message.as("message") : Own.col("completion").as("text"),
        NULL.as("logprobs"),
        Own.col("finish_reason").as("finish_reason"));
  }

  /** Converts lines to the columns that other formats have. */
  Dataset<Row> read(Dataset<Row> lines) {
    Column choice = BODY.getField("choices").getItem(0);
    Column usage = BODY.getField("usage");
    List<Column> columns = new ArrayList<>();
    columns.add(col(ID));
    columns.add(
        (chat ? choice.getField("message").getField("content") : choice.getField("text"))
            .as("completion"));
    columns.add(
        when(col("error").isNull(), lit(Result.OK)).otherwise(lit(Result.FAILED)).as("status"));
    columns.add(coalesce(usage.getField("completion_tokens"), lit(0)).as("completion_tokens"));
    return lines.select(columns.toArray(Column[]::new));
  }
}
