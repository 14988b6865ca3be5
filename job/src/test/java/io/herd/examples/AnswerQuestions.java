package io.herd.examples;

import io.herd.api.TextGenerator;
import java.io.IOException;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A Spark ML pipeline: one stage writes the prompt, the next one answers it. */
public final class AnswerQuestions {
  private AnswerQuestions() {}

  /** The arguments: the model, a file of reviews, where the pipeline is saved. */
  public static void main(String[] arguments) throws IOException {
    SparkSession spark = SparkSession.builder().appName("answer-questions").getOrCreate();
    Dataset<Row> reviews = spark.read().json(arguments[1]);

    SQLTransformer asking =
        new SQLTransformer()
            .setStatement("SELECT *, concat('Is this good? ', text) AS question FROM __THIS__");
    TextGenerator answering =
        new TextGenerator()
            .setInputCol("question")
            .setOutputCol("answer")
            .setErrorCol("problem")
            .setModelUrl(arguments[0])
            .setMaxNewTokens(4)
            .setBatchSize(16);
    PipelineModel pipeline =
        new Pipeline().setStages(new PipelineStage[] {asking, answering}).fit(reviews);

    pipeline.write().overwrite().save(arguments[2]);
    PipelineModel.load(arguments[2])
        .transform(reviews)
        .select("question", "answer", "problem")
        .show();
  }
}
