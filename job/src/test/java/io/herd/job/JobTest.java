package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.herd.job.exit.ExitCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedSpark.class)
class JobTest {
  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
  }

  @Test
  void run_labels_addsThemToEveryColumn() {
    place.input(reviews(0, 30));

    Workplace.Ended ended = place.run(LABEL, "herd.gold-column=human_label");

    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    assertThat(ended.printed())
        .contains("  rows      30 in, 30 out: 30 ok, 0 failed; 30 generated now, 0 reused");
    assertThat(place.output().columns())
        .containsExactlyInAnyOrder(
            "human_label",
            "id",
            "rating",
            "text",
            "label",
            "probability",
            "scores",
            "status",
            "finish_reason",
            "prompt_tokens",
            "completion_tokens",
            "error");
    List<Row> rows = place.output().collectAsList();
    assertThat(rows).hasSize(30).allSatisfy(JobTest::labelled);
    long right = rows.stream().filter(JobTest::isRight).count();
    assertThat(place.report().get("accuracy").getAsDouble()).isEqualTo(right / 30.0);
    assertThat(right).isGreaterThan(18); // of 30: guessing gives 15
  }

  private static boolean isRight(Row row) {
    return row.getAs("human_label").equals(row.getAs("label"));
  }

  private static void labelled(Row row) {
    Map<String, Double> scores = row.getJavaMap(row.fieldIndex("scores"));
    String label = row.getAs("label");
    assertThat(scores).containsOnlyKeys("positive", "negative");
    assertThat(scores.values().stream().mapToDouble(x -> x).sum()).isCloseTo(1, within(1e-9));
    assertThat(row.<Double>getAs("probability"))
        .isEqualTo(scores.get(label))
        .isEqualTo(Collections.max(scores.values()));
    assertThat(row.<String>getAs("status")).isEqualTo("ok");
    assertThat(row.<String>getAs("finish_reason")).isEqualTo("choice");
    assertThat(row.<Integer>getAs("prompt_tokens")).isPositive();
    assertThat(row.<Integer>getAs("completion_tokens")).isZero();
    assertThat(row.<String>getAs("error")).isNull();
  }

  @Test
  void run_generation_writesCompletionsUpToTheirLength() {
    place.input(reviews(0, 6));

    assertThat(place.run(COMPLETE, "herd.generate.ignore-eos=true").code())
        .isEqualTo(ExitCode.DONE);

    assertThat(place.output().columns()).contains("completion").doesNotContain("label", "scores");
    assertThat(place.output().collectAsList())
        .hasSize(6)
        .allSatisfy(
            row -> {
              assertThat(row.<String>getAs("completion")).isNotBlank();
              assertThat(row.<String>getAs("finish_reason")).isEqualTo("length");
              assertThat(row.<Integer>getAs("completion_tokens")).isEqualTo(4);
            });
    assertThat(place.reported("tokens_out")).isEqualTo(24);
  }

  @Test
  void run_equalPrompts_areGeneratedOnceAndAllWritten() {
    List<String> lines = new ArrayList<>(reviews(0, 5));
    lines.addAll(reviews(0, 5));
    lines.add(reviews(0, 1).get(0));
    place.input(lines);

    place.run(LABEL);

    assertThat(place.output().count()).isEqualTo(11);
    assertThat(place.output().filter("label IS NULL").count()).isZero();
    assertThat(place.reported("rows_in")).isEqualTo(11);
    assertThat(place.reported("rows_generated")).isEqualTo(5);
    assertThat(place.reported("rows_reused")).isEqualTo(6);
  }

  @Test
  void run_again_generatesOnlyWhatIsNew() {
    place.input(reviews(0, 8)).run(LABEL);
    Map<String, String> first = answers();

    assertThat(place.run(LABEL).code()).isEqualTo(ExitCode.DONE);
    assertThat(place.reported("rows_generated")).isZero();
    assertThat(place.reported("rows_reused")).isEqualTo(8);
    assertThat(answers()).isEqualTo(first);

    place.input(reviews(0, 11)).run(LABEL);
    assertThat(place.reported("rows_generated")).isEqualTo(3);
    assertThat(place.output().count()).isEqualTo(11);
    assertThat(answers()).containsAllEntriesOf(first);
  }

  @Test
  void run_changedSetting_generatesAnew() {
    place.input(reviews(0, 4)).run(LABEL);
    place.run(LABEL, "herd.choices=[\" good\", \" bad\"]");

    assertThat(place.reported("rows_generated")).isEqualTo(4);
    assertThat(place.output().filter("label IN ('good', 'bad')").count()).isEqualTo(4);
  }

  @Test
  void run_rowsInAnotherOrder_haveTheSameAnswers() {
    List<String> lines = new ArrayList<>(reviews(0, 20));
    place.input(lines).run(LABEL);
    Map<String, Double> first = probabilities();

    Collections.shuffle(lines, new Random(7));
    place.file("a.jsonl", lines.subList(0, 3)).file("b.jsonl", lines.subList(3, 20));
    place.run(LABEL, "herd.input.path=[ab].jsonl", "herd.run.work-dir=w2", "herd.output.path=o2");
    Map<String, Double> second = probabilities("o2");

    assertThat(second.keySet()).isEqualTo(first.keySet());
    second.forEach((id, p) -> assertThat(p).as(id).isCloseTo(first.get(id), within(1e-4)));
  }

  private Map<String, String> answers() {
    Map<String, String> answers = new TreeMap<>();
    place
        .output()
        .select("id", "label", "probability")
        .collectAsList()
        .forEach(row -> answers.put(row.getString(0), row.getString(1) + row.getDouble(2)));
    return answers;
  }

  private Map<String, Double> probabilities() {
    return probabilities("out");
  }

  private Map<String, Double> probabilities(String output) {
    Map<String, Double> byId = new TreeMap<>();
    place
        .spark()
        .read()
        .parquet(place.directory().resolve(output).toString())
        .selectExpr("id", "scores['positive']")
        .collectAsList()
        .forEach(row -> byId.put(row.getString(0), row.getDouble(1)));
    return byId;
  }
}
