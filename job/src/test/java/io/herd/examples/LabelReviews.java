package io.herd.examples;

import io.herd.api.Herd;
import io.herd.api.HerdSettings;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Labels a Dataset, keeps the results in a work-dir, and goes on with them in Spark. */
public final class LabelReviews {
  private LabelReviews() {}

  /** The arguments: the model, a file of reviews, a work-dir. */
  public static void main(String[] arguments) {
    SparkSession spark = SparkSession.builder().appName("label-reviews").getOrCreate();
    Dataset<Row> reviews = spark.read().json(arguments[1]);

    HerdSettings settings =
        HerdSettings.model(arguments[0])
            .set("prompt.template", "Review: {{ text }}\nSentiment:")
            .set("prompt.chat", "off")
            .set("choices", List.of(" positive", " negative"))
            .set("run.work-dir", arguments[2]);
    Dataset<Row> labelled = Herd.generate(reviews, settings);

    labelled.groupBy("label").count().show(); // labels all rows
    labelled.orderBy("probability").select("label", "probability", "text").show(); // labels none
  }
}
