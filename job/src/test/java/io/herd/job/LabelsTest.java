package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a label can be, and how it is scored. */
@ExtendWith(SharedSpark.class)
class LabelsTest {
  private static final String MULTI =
      LABEL + "herd { choices = [good, bad, dull], labelling { multi = true } }\n";

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, 12));
  }

  /** A score of every row, by its id. */
  private Map<String, Double> scores(String label) {
    Map<String, Double> byId = new TreeMap<>();
    place
        .output()
        .selectExpr("id", "scores['" + label + "']")
        .collectAsList()
        .forEach(row -> byId.put(row.getString(0), row.getDouble(1)));
    return byId;
  }

  private static double odds(double p) {
    return p / (1 - p);
  }

  @Test
  void run_valuesWithOtherTexts_scoresTheTextsAndStoresTheValues() {
    place.run(LABEL);
    Map<String, Double> plain = scores("positive");

    place.run(
        LABEL,
        "herd.choices=[{value = \"+1\", text = \" positive\"}, {value = \"-1\", text = \""
            + " negative\"}]");

    assertThat(place.output().filter("label IN ('+1', '-1')").count()).isEqualTo(12);
    scores("+1").forEach((id, p) -> assertThat(p).isCloseTo(plain.get(id), within(1e-4)));
  }

  @Test
  void run_calibrated_dividesByTheOddsOfARowWithoutContent() {
    List<String> lines = new ArrayList<>(reviews(0, 12));
    lines.add("{\"id\": \"without\", \"text\": \"N/A\"}");
    place.input(lines).run(LABEL);
    Map<String, Double> plain = scores("positive");

    place.run(LABEL, "herd.labelling.calibrate=true");

    Map<String, Double> calibrated = scores("positive");
    double prior = odds(plain.get("without"));
    assertThat(calibrated.get("without")).isCloseTo(0.5, within(1e-4));
    calibrated.forEach(
        (id, p) ->
            assertThat(odds(p)).isCloseTo(odds(plain.get(id)) / prior, within(1e-3 * odds(p))));
  }

  @Test
  void run_otherContentFreeText_isAnotherResult() {
    place.run(LABEL, "herd.labelling.calibrate=true");
    place.run(LABEL, "herd.labelling.calibrate=true", "herd.labelling.content-free=nothing");

    assertThat(place.reported("rows_generated")).isEqualTo(12);
  }

  @Test
  void run_contentFreeTextThatTheTemplateCantTake_isTheUsers() {
    assertThatThrownBy(
            () ->
                place.run(
                    LABEL,
                    "herd.labelling.calibrate=true",
                    "herd.prompt.template={{ text }} {% for x in 3 / rating %}{{ x }}{% endfor %}"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("the prompt can't be rendered with N/A in place of the columns: ");
  }

  @Test
  void run_abstainBelow_takesUnsureLabelsBackAndGeneratesNothingAnew() {
    place.run(LABEL);
    double middle = place.output().stat().approxQuantile("probability", new double[] {0.5}, 0)[0];

    Workplace.Ended ended =
        place.run(LABEL, "herd.labelling.abstain-below=" + middle, "herd.gold-column=human_label");

    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    assertThat(place.reported("rows_generated")).isZero();
    List<Row> rows = place.output().collectAsList();
    assertThat(rows)
        .hasSize(12)
        .allSatisfy(
            row -> {
              boolean sure = row.<Double>getAs("probability") >= middle;
              assertThat(row.<String>getAs("label") != null).isEqualTo(sure);
              assertThat(row.<String>getAs("finish_reason"))
                  .isEqualTo(sure ? "choice" : "abstained");
              assertThat(row.<String>getAs("status")).isEqualTo("ok");
              assertThat(row.getJavaMap(row.fieldIndex("scores"))).hasSize(2);
            });
    long answered = rows.stream().filter(row -> row.getAs("label") != null).count();
    assertThat(answered).isBetween(1L, 11L);
    assertThat(place.report().getAsJsonObject("quality").get("coverage").getAsDouble())
        .isEqualTo(answered / 12.0);
  }

  @Test
  void run_multi_givesEveryLabelThatIsLikelyEnough() {
    place.run(MULTI);

    assertThat(place.output().columns())
        .contains("labels", "scores")
        .doesNotContain("label", "probability", "completion");
    assertThat(place.output().selectExpr("explode(scores)").count()).isEqualTo(36);
    assertLabelsAreThoseAbove(0.5);

    double middle =
        place
            .output()
            .selectExpr("explode(scores)")
            .stat()
            .approxQuantile("value", new double[] {0.5}, 0)[0];
    place.run(MULTI, "herd.labelling.threshold=" + middle);

    assertThat(place.reported("rows_generated")).isZero();
    assertLabelsAreThoseAbove(middle);
    assertThat(place.output().filter("size(labels) > 0").count()).isPositive();
  }

  private void assertLabelsAreThoseAbove(double threshold) {
    for (Row row : place.output().collectAsList()) {
      Map<String, Double> scores = row.getJavaMap(row.fieldIndex("scores"));
      assertThat(row.<String>getList(row.fieldIndex("labels")))
          .containsExactlyElementsOf(
              scores.keySet().stream().filter(label -> scores.get(label) >= threshold).toList());
    }
  }

  @Test
  void run_multiToCsv_hasListsAsJson() {
    place.run(MULTI, "herd.output.format=csv", "herd.labelling.threshold=0");

    assertThat(
            place.spark().read().text(place.directory().resolve("out").toString()).collectAsList())
        .allSatisfy(row -> assertThat(row.getString(0)).contains("good", "bad", "dull"));
  }

  @Test
  void run_rowsOwnChoices_areScoredAmongThemselves() {
    place.input(
        List.of(
            "{\"id\": \"a\", \"text\": \"great\", \"own\": [\" positive\", \" negative\"]}",
            "{\"id\": \"b\", \"text\": \"awful\", \"own\": [\" positive\", \" negative\"]}",
            "{\"id\": \"c\", \"text\": \"great\", \"own\": [\" good\", \" bad\", \" so so\"]}",
            "{\"id\": \"d\", \"text\": \"great\", \"own\": []}",
            "{\"id\": \"e\", \"text\": \"great\"}",
            "{\"id\": \"f\", \"text\": \"great\", \"own\": [\"x\", \" x\"]}"));
    String[] own = {"herd.choices=[]", "herd.choices-column=own"};

    assertThat(place.run(LABEL, own).code()).isEqualTo(ExitCode.FAILED_ROWS);

    assertThat(place.row("a").getJavaMap(place.row("a").fieldIndex("scores")))
        .containsOnlyKeys("positive", "negative");
    Map<String, Double> three = place.row("c").getJavaMap(place.row("c").fieldIndex("scores"));
    assertThat(three).containsOnlyKeys("good", "bad", "so so");
    assertThat(three.values().stream().mapToDouble(x -> x).sum()).isCloseTo(1, within(1e-9));
    assertThat(place.row("d").<String>getAs("error"))
        .isEqualTo("the choices column `own` is null or empty");
    assertThat(place.row("e").<String>getAs("error")).isEqualTo(place.row("d").getAs("error"));
    assertThat(place.row("f").<String>getAs("error")).contains("has a label twice");

    double first = place.row("a").<Double>getAs("probability");
    place.run(LABEL);
    assertThat(place.row("a").<Double>getAs("probability")).isCloseTo(first, within(1e-4));
  }

  @Test
  void run_rowsOwnChoicesCalibrated_arePositionedByTheirOwnPrior() {
    place.input(
        List.of(
            "{\"id\": \"a\", \"text\": \"N/A\", \"own\": [\" positive\", \" negative\"]}",
            "{\"id\": \"b\", \"text\": \"N/A\", \"own\": [\" good\", \" bad\", \" so so\"]}"));

    place.run(LABEL, "herd.choices=[]", "herd.choices-column=own", "herd.labelling.calibrate=true");

    assertThat(place.row("a").<Double>getAs("probability")).isCloseTo(1 / 2.0, within(1e-4));
    assertThat(place.row("b").<Double>getAs("probability")).isCloseTo(1 / 3.0, within(1e-4));
  }

  @Test
  void run_columnsOfTheWrongType_areTheUsers() {
    assertThatThrownBy(() -> place.run(LABEL, "herd.choices=[]", "herd.choices-column=text"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "herd.choices-column = text: is STRING\n  What to do: make it ARRAY");
    assertThatThrownBy(() -> place.run(MULTI, "herd.gold-column=human_label"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("herd.gold-column = human_label: is STRING\n  What to do: make it");
  }
}
