package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.examples.AnswerQuestions;
import io.herd.examples.LabelReviews;
import io.herd.examples.LabelStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import scala.Console;

@ExtendWith(SharedSpark.class)
class ExamplesTest {
  private static final int ROWS = 12;
  private static final String MODEL = Workplace.MODEL.toString();

  private interface Example {
    void run(String[] arguments) throws Exception;
  }

  private SparkSession spark;
  private Path directory;

  @BeforeEach
  void makeReviews(SparkSession shared, @TempDir Path temporary) throws Exception {
    spark = shared;
    directory = temporary;
    Files.createDirectory(temporary.resolve("reviews"));
    Files.write(temporary.resolve("reviews/in.jsonl"), Workplace.reviews(0, ROWS));
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  /** What Dataset.show prints in it. */
  private static String shown(Example example, String... arguments) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      Console.withOut(
          out,
          () -> {
            try {
              example.run(arguments);
            } catch (Exception e) {
              throw new AssertionError(e);
            }
            return null;
          });
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void labelReviews_logsItsResultsOnceAndShowsThem() {
    String shown = shown(LabelReviews::main, MODEL, file("reviews"), file("work"));

    assertThat(shown).contains("|   label|count|", "probability|                text|");
    assertThat(spark.read().json(file("work/results")).count()).isEqualTo(ROWS);
  }

  @Test
  void answerQuestions_savedPipeline_answers() {
    String shown = shown(AnswerQuestions::main, MODEL, file("reviews"), file("pipeline"));

    assertThat(shown).contains("|            question|", "|   NULL|").contains("Is this good?");
  }

  @Test
  void labelStream_everyReview_isLabelledOnce() {
    String[] arguments = {
      MODEL, file("reviews"), file("work"), file("checkpoint"), file("labelled")
    };
    shown(LabelStream::main, arguments);
    shown(LabelStream::main, arguments); // nothing new has come

    assertThat(spark.read().parquet(file("labelled")).filter("status = 'ok'").count())
        .isEqualTo(ROWS);
  }
}
