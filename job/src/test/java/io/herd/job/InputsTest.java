package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.exit.ExitCode;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Where rows come from, and what their columns may be. */
@ExtendWith(SharedSpark.class)
class InputsTest {
  private static final String BAD = "\"it was awful, a waste of money\"";
  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
  }

  @Test
  void run_csv_takesItsOptionsAndSchema() {
    place.file("in.csv", List.of("7;it works great, i love it", "8;it was awful"));

    place.run(
        LABEL,
        "herd.input.format=csv",
        "herd.input.path=in.csv",
        "herd.input.options={sep=\";\"}",
        "herd.input.schema=\"id BIGINT, text STRING\"");

    assertThat(place.row("7").<String>getAs("label")).isEqualTo("positive");
    assertThat(place.row("8").<String>getAs("label")).isEqualTo("negative");
    assertThat(place.row("7").<Long>getAs("id")).isEqualTo(7L);
  }

  @Test
  void run_text_hasTheColumnValue() {
    place.file("in.txt", List.of("it works great, i love it"));

    place.run(
        LABEL,
        "herd.input.format=text",
        "herd.input.path=in.txt",
        "herd.prompt.template=\"Review: {{ value }}\\nSentiment:\"");

    assertThat(place.output().head().<String>getAs("value")).isEqualTo("it works great, i love it");
    assertThat(place.output().head().<String>getAs("label")).isEqualTo("positive");
  }

  @Test
  void run_parquetAndSql_giveWhatJsonGives() {
    place.input(reviews(0, 4)).run(LABEL);
    List<Row> expected = answers();
    String folder = place.directory().resolve("p").toString();
    place.spark().read().json(place.directory() + "/in.jsonl").write().parquet(folder);

    place.run(LABEL, "herd.input.format=parquet", "herd.input.path=p");
    assertThat(answers()).isEqualTo(expected);
    assertThat(place.reported("rows_generated")).isZero();

    place.run(
        LABEL,
        "herd.input.format=null",
        "herd.input.path=null",
        "herd.input.sql=\"SELECT id, text FROM parquet.`" + folder + "` WHERE rating > 0\"");
    assertThat(place.output().count()).isEqualTo(2);
    assertThat(place.output().columns()).doesNotContain("rating");
    assertThat(place.reported("rows_generated")).isZero();
  }

  private List<Row> answers() {
    return place.output().select("id", "label", "probability").sort("id").collectAsList();
  }

  @Test
  void run_nestedColumns_areSeenByTheTemplate() {
    place.input(
        List.of(
            "{\"id\": 1, \"review\": {\"body\": %s}, \"tags\": [\"a\", \"b\"]}".formatted(BAD)));

    place.run(
        LABEL,
        "herd.prompt.template="
            + "\"Review: {{ review.body }} {{ tags[0] }} {{ tags | last }}\\nSentiment:\"");
    double nested = place.output().head().getAs("probability");
    assertThat(place.output().selectExpr("review.body", "tags[1]").head().getString(1))
        .isEqualTo("b");

    place.input(List.of("{\"id\": 1, \"text\": \"it was awful, a waste of money a b\"}"));
    place.run(LABEL);
    assertThat(place.reported("rows_generated")).as("the same prompt").isZero();
    assertThat(place.output().head().<Double>getAs("probability")).isEqualTo(nested);
  }

  @Test
  void run_oddColumnNames_passThrough() {
    place.input(
        List.of(
            "{\"text\": %s, \"a.b\": 1, \"with space\": \"x\", \"key\": \"k\", \"Ünï`code\": 2}"
                .formatted(BAD)));

    assertThat(place.run(LABEL, "herd.input.id-column=\"a.b\"").code()).isEqualTo(ExitCode.DONE);

    Row row = place.output().head();
    assertThat(row.<Long>getAs("a.b")).isEqualTo(1L);
    assertThat(row.<String>getAs("with space")).isEqualTo("x");
    assertThat(row.<String>getAs("key")).isEqualTo("k");
    assertThat(row.<Long>getAs("Ünï`code")).isEqualTo(2L);
  }

  @Test
  void run_goldColumn_countsOnlyRowsThatHaveAnAnswer() {
    place.input(
        List.of(
            "{\"id\": 1, \"text\": \"it works great, i love it\", \"my.gold\": \"positive\"}",
            "{\"id\": 2, \"text\": %s, \"my.gold\": \"positive\"}".formatted(BAD),
            "{\"id\": 3, \"text\": \"it is great\", \"my.gold\": null}",
            "{\"id\": 4, \"text\": \"it is good\", \"my.gold\": \"\"}",
            "{\"id\": 5, \"my.gold\": \"positive\"}"));

    place.run(LABEL, "herd.gold-column=\"my.gold\"", "herd.run.max-failed-fraction=1");

    assertThat(place.report().get("accuracy").getAsDouble()).isEqualTo(0.5);

    place.run(LABEL, "herd.run.max-failed-fraction=1");
    assertThat(place.report().get("accuracy").isJsonNull()).isTrue();
  }

  @Test
  void run_idColumnWithDraws_makesDrawsTheRowsOwn() {
    place.input(
        List.of(
            "{\"id\": 1, \"text\": \"camera\"}",
            "{\"id\": 2, \"text\": \"camera\"}",
            "{\"id\": 1, \"text\": \"camera\"}"));

    place.run(Workplace.COMPLETE, "herd.generate.temperature=1", "herd.input.id-column=id");

    assertThat(place.reported("rows_generated")).isEqualTo(2);
    assertThat(place.reported("rows_reused")).isEqualTo(1);
  }
}
