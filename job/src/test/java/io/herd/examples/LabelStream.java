package io.herd.examples;

import io.herd.api.Herd;
import io.herd.api.HerdSettings;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/**
 * A stream of reviews, labelled batch by batch. A batch that is done again after a failure finds
 * its results in the work-dir.
 */
public final class LabelStream {
  private LabelStream() {}

  /** The arguments: the model, a folder of reviews, a work-dir, a checkpoint, where labels go. */
  public static void main(String[] arguments) throws Exception {
    SparkSession spark = SparkSession.builder().appName("label-stream").getOrCreate();
    HerdSettings settings =
        HerdSettings.model(arguments[0])
            .set("prompt.template", "Review: {{ text }}\nSentiment:")
            .set("prompt.chat", "off")
            .set("choices", List.of(" positive", " negative"))
            .set("run.work-dir", arguments[2]);

    StreamingQuery query =
        spark
            .readStream()
            .schema("id STRING, text STRING")
            .json(arguments[1])
            .writeStream()
            .option("checkpointLocation", arguments[3])
            .trigger(Trigger.AvailableNow()) // or every minute: Trigger.ProcessingTime("1 minute")
            .foreachBatch(
                (Dataset<Row> batch, Long number) ->
                    Herd.generate(batch, settings).write().mode("append").parquet(arguments[4]))
            .start();
    query.awaitTermination();
  }
}
