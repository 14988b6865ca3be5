package io.herd.job;

import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs that draw their tokens. */
@ExtendWith(SharedSpark.class)
class SampledRunTest {
  private static final String[] DRAWING = {
    "herd.input.id-column=id",
    "herd.generate.temperature=1.5",
    "herd.generate.top-p=0.95",
    "herd.generate.frequency-penalty=0.5",
    "herd.generate.samples=3",
    "herd.generate.logprobs=2",
    "herd.engine.deterministic=true",
    "herd.engine.max-length=128"
  };

  private static Map<String, List<String>> completions(Workplace place) {
    Map<String, List<String>> out = new HashMap<>();
    for (Row row : place.output().collectAsList()) {
      List<Row> samples = row.getList(row.fieldIndex("completions"));
      out.put(row.getAs("id"), samples.stream().map(each -> each.toString()).toList());
    }
    return out;
  }

  @Test
  void run_samples_areAnArrayWithTokensAndReasons(SparkSession spark, @TempDir Path directory) {
    Workplace place = new Workplace(spark, directory).input(reviews(0, 5));

    place.run(Workplace.COMPLETE, DRAWING);

    assertThat(place.output().columns())
        .contains("completions", "finish_reason", "completion_tokens")
        .doesNotContain("completion", "logprobs", "label");
    for (Row row : place.output().collectAsList()) {
      List<Row> samples = row.getList(row.fieldIndex("completions"));
      assertThat(samples).hasSize(3);
      int tokens = 0;
      for (Row sample : samples) {
        int own = sample.<Integer>getAs("completion_tokens");
        tokens += own;
        List<Row> logprobs = sample.getList(sample.fieldIndex("logprobs"));
        assertThat(logprobs).hasSize(own);
        assertThat(sample.<String>getAs("finish_reason")).isIn("stop", "length");
        for (Row token : logprobs) {
          List<Row> alternatives = token.getList(token.fieldIndex("alternatives"));
          assertThat(alternatives).hasSize(2);
          assertThat(token.<Double>getAs("logprob"))
              .isLessThanOrEqualTo(alternatives.get(0).<Double>getAs("logprob"));
        }
      }
      assertThat(row.<Integer>getAs("completion_tokens")).isEqualTo(tokens);
    }
    assertThat(new HashSet<>(completions(place).values())).hasSize(5);
    assertThat(completions(place).values())
        .anySatisfy(samples -> assertThat(samples).doesNotHaveDuplicates());
  }

  @Test
  void run_otherOrderAndBatch_drawsTheSameBytes(
      SparkSession spark, @TempDir Path one, @TempDir Path two) {
    List<String> rows = new ArrayList<>(reviews(0, 70));
    Workplace first = new Workplace(spark, one).input(rows);
    Collections.shuffle(rows, new Random(1));
    Workplace second = new Workplace(spark, two).input(rows.subList(0, 30));

    first.run(Workplace.COMPLETE, DRAWING);
    second.run(Workplace.COMPLETE, DRAWING);

    Map<String, List<String>> all = completions(first);
    assertThat(all).hasSize(70);
    assertThat(completions(second))
        .hasSize(30)
        .allSatisfy((id, samples) -> assertThat(samples).isEqualTo(all.get(id)));
  }

  @Test
  void run_logprobsOfOneCompletion_areAColumn(SparkSession spark, @TempDir Path directory) {
    Workplace place = new Workplace(spark, directory).input(reviews(0, 3));

    place.run(Workplace.COMPLETE, "herd.generate.logprobs=1");

    assertThat(place.output().columns()).contains("completion", "logprobs");
    for (Row row : place.output().collectAsList()) {
      List<Row> logprobs = row.getList(row.fieldIndex("logprobs"));
      assertThat(logprobs).hasSize(row.<Integer>getAs("completion_tokens"));
      for (Row token : logprobs) { // greedy takes the likeliest
        List<Row> alternatives = token.getList(token.fieldIndex("alternatives"));
        assertThat(alternatives.get(0).<Integer>getAs("id")).isEqualTo(token.<Integer>getAs("id"));
      }
    }
  }

  @Test
  void run_csv_hasSamplesAsJson(SparkSession spark, @TempDir Path directory) {
    Workplace place = new Workplace(spark, directory).input(reviews(0, 2));

    place.run(
        Workplace.COMPLETE,
        "herd.generate.temperature=1",
        "herd.generate.samples=2",
        "herd.output.format=csv",
        "herd.output.options={header=true}");

    List<Row> rows = spark.read().option("header", "true").csv(directory + "/out").collectAsList();
    assertThat(rows)
        .hasSize(2)
        .allSatisfy(
            row -> assertThat(row.<String>getAs("completions")).startsWith("[{\"completion\":"));
  }
}
