package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a run with a gold column says of its own answers. */
@ExtendWith(SharedSpark.class)
class ReviewTest {
  private static final String GOLD = "herd.gold-column=human_label";
  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, 40));
  }

  private JsonObject quality() {
    return place.report().getAsJsonObject("quality");
  }

  private long count(String gold, String label) {
    return place
        .output()
        .filter("human_label = '" + gold + "' AND label = '" + label + "'")
        .count();
  }

  @Test
  void run_gold_measuresTheOutput() {
    String printed = place.run(LABEL, GOLD).printed();

    long right = count("positive", "positive") + count("negative", "negative");
    assertThat(quality().get("rows").getAsLong()).isEqualTo(40);
    assertThat(quality().get("coverage").getAsDouble()).isEqualTo(1);
    assertThat(quality().get("accuracy").getAsDouble()).isEqualTo(right / 40.0);
    assertThat(place.report().get("accuracy").getAsDouble()).isEqualTo(right / 40.0);
    assertThat(quality().get("disagreements").getAsLong()).isEqualTo(40 - right);
    JsonObject positive = classOf("positive");
    long given = count("positive", "positive") + count("negative", "positive");
    long support = count("positive", "positive") + count("positive", "negative");
    assertThat(positive.get("support").getAsLong()).isEqualTo(support);
    assertThat(positive.get("precision").getAsDouble())
        .isCloseTo((double) count("positive", "positive") / given, within(1e-12));
    assertThat(positive.get("recall").getAsDouble())
        .isCloseTo((double) count("positive", "positive") / support, within(1e-12));
    assertThat(
            quality()
                .getAsJsonObject("confusion")
                .getAsJsonObject("negative")
                .get("positive")
                .getAsLong())
        .isEqualTo(count("negative", "positive"));
    long binned = 0;
    for (JsonElement bin : quality().getAsJsonArray("reliability")) {
      binned += bin.getAsJsonObject().get("rows").getAsLong();
    }
    assertThat(binned).isEqualTo(40);
    assertThat(printed)
        .containsPattern("  accuracy  \\d+\\.\\d % of 40 rows, calibration error 0\\.\\d\\d\n")
        .containsPattern(" right \\\\ given +negative +positive +precision +recall +F1\n")
        .contains("/work/disagreements: " + (40 - right) + " rows that differ from");
  }

  private JsonObject classOf(String label) {
    JsonArray classes = quality().getAsJsonArray("classes");
    for (JsonElement each : classes) {
      if (each.getAsJsonObject().get("label").getAsString().equals(label)) {
        return each.getAsJsonObject();
      }
    }
    throw new AssertionError("no class " + label + " in " + classes);
  }

  @Test
  void run_gold_writesDisagreementsTheMostConfidentFirst() {
    place.run(LABEL, GOLD);

    List<Row> rows = disagreements();
    assertThat(rows).hasSize((int) quality().get("disagreements").getAsLong()).isNotEmpty();
    assertThat(rows)
        .extracting(row -> row.<Double>getAs("probability"))
        .isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(rows)
        .allSatisfy(
            row -> {
              Row input = row.getStruct(row.fieldIndex("row"));
              assertThat(row.<String>getAs("gold"))
                  .isEqualTo(input.getAs("human_label"))
                  .isNotEqualTo(row.getAs("label"));
              assertThat(row.<String>getAs("prompt"))
                  .startsWith("Review: ")
                  .contains(input.<String>getAs("text"))
                  .endsWith("Sentiment:");
              assertThat(row.getStruct(row.fieldIndex("scores")).size()).isEqualTo(2);
            });
  }

  private List<Row> disagreements() {
    return place
        .spark()
        .read()
        .json(place.directory().resolve("work/disagreements").toString())
        .collectAsList();
  }

  @Test
  void run_goldThatAgrees_leavesNoDisagreements() {
    place.run(LABEL, GOLD);
    place.run(
        LABEL,
        "herd.choices=[{ value = same, text = \" positive\" }]",
        "herd.gold-column=same",
        "herd.input.format=null",
        "herd.input.path=null",
        "herd.input.sql=SELECT text, 'same' AS same FROM json.`"
            + place.directory()
            + "/in.jsonl`");

    assertThat(quality().get("accuracy").getAsDouble()).isEqualTo(1);
    assertThat(place.directory().resolve("work/disagreements")).doesNotExist();
  }

  @Test
  void run_goldOfCompletions_countsEqualTexts() {
    place.input(List.of("{\"text\": \"great\", \"human_label\": \"no model says this\"}"));
    place.run(COMPLETE, GOLD);

    assertThat(quality().get("accuracy").getAsDouble()).isZero();
    assertThat(quality().get("classes").isJsonNull()).isTrue();
    assertThat(disagreements())
        .hasSize(1)
        .allSatisfy(row -> assertThat(row.<String>getAs("completion")).isNotNull());
  }

  @Test
  void run_goldOfSeveralLabels_countsLabels() {
    place.input(
        List.of(
            "{\"id\": \"a\", \"text\": \"great\", \"gold\": [\"good\", \"other\"]}",
            "{\"id\": \"b\", \"text\": \"bad\", \"gold\": [\" good \", \"bad\"]}",
            "{\"id\": \"c\", \"text\": \"no answer\"}"));

    String printed =
        place
            .run(
                LABEL,
                "herd.choices=[good, bad]",
                "herd.labelling.multi=true",
                "herd.labelling.threshold=0",
                "herd.gold-column=gold")
            .printed();

    JsonObject micro = quality().getAsJsonObject("micro"); // both labels are given to each row
    assertThat(quality().get("rows").getAsLong()).isEqualTo(2);
    assertThat(quality().get("accuracy").getAsDouble()).isEqualTo(0.5);
    assertThat(micro.get("precision").getAsDouble()).isCloseTo(3 / 4.0, within(1e-12));
    assertThat(micro.get("recall").getAsDouble()).isCloseTo(3 / 4.0, within(1e-12));
    assertThat(micro.get("f1").getAsDouble()).isCloseTo(3 / 4.0, within(1e-12));
    assertThat(disagreements()).hasSize(1);
    assertThat(printed)
        .contains("accuracy  50.0 % of 2 rows have exactly the right labels; of all");
  }
}
