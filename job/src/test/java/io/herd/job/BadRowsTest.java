package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.SAMPLES;
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

/** Rows that can't be done: they say why, and the others don't suffer. */
@ExtendWith(SharedSpark.class)
class BadRowsTest {
  private static final String INPUT =
      "herd.input.path=\"" + SAMPLES.resolve("prompts-bad-rows.jsonl") + "\"";
  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
  }

  @Test
  void run_badRows_failWithReasonsAndTheOthersAreDone() {
    Workplace.Ended ended = place.run(LABEL, INPUT);

    assertThat(ended.code()).isEqualTo(ExitCode.FAILED_ROWS);
    assertThat(ended.printed())
        .endsWith(
            "More rows failed than herd.run.max-failed-fraction allows; their reasons are in the"
                + " output's column \"error\".\n");
    assertThat(place.report().get("outcome").getAsString()).isEqualTo("failed_rows");
    assertThat(place.reported("exit_code")).isEqualTo(4);
    long rows = place.spark().read().json(SAMPLES + "/prompts-bad-rows.jsonl").count();
    assertThat(place.output().count()).isEqualTo(rows).isEqualTo(place.reported("rows_in"));

    List<Row> normal = place.output().filter("id LIKE 'normal-%'").collectAsList();
    assertThat(normal)
        .hasSizeGreaterThan(15)
        .allSatisfy(row -> assertThat(row.<String>getAs("label")).isNotNull());
    assertThat(normal.stream().map(row -> row.getAs("text") + "=" + row.getAs("scores")).distinct())
        .as("equal rows have equal scores")
        .hasSize((int) normal.stream().map(row -> row.getAs("text")).distinct().count());

    List<Row> failed = place.output().filter("status = 'failed'").collectAsList();
    assertThat(failed).hasSize((int) place.reported("rows_failed"));
    assertThat(failed)
        .allSatisfy(
            row -> {
              assertThat(row.<String>getAs("error")).isNotBlank().hasSizeLessThan(300);
              assertThat(row.<String>getAs("label")).isNull();
              assertThat(row.<Double>getAs("probability")).isNull();
              assertThat(row.<Integer>getAs("prompt_tokens")).isZero();
            });
    assertThat(place.row("bad-huge-words").<String>getAs("error")).contains("tokens");
  }

  /** A model answers such rows as well. */
  @Test
  void run_emptyTexts_failOnRequestAndAreAnsweredElse() {
    place.input(
        List.of(
            "{\"id\": \"none\", \"text\": \"\"}",
            "{\"id\": \"blank\", \"text\": \" \\n\"}",
            "{\"id\": \"some\", \"text\": \"a\"}"));

    assertThat(place.run(LABEL).code()).isEqualTo(ExitCode.DONE);
    Workplace.Ended ended =
        place.run(LABEL, "herd.prompt.on-empty=fail", "herd.output.mode=overwrite");

    assertThat(ended.code()).isEqualTo(ExitCode.FAILED_ROWS);
    assertThat(place.row("some").<String>getAs("status")).isEqualTo("ok");
    assertThat(place.reported("rows_generated")).as("its result is kept").isZero();
    for (String id : List.of("none", "blank")) {
      assertThat(place.row(id).<String>getAs("error"))
          .isEqualTo("every text that the prompt may read is empty");
    }
  }

  @Test
  void run_failuresAllowed_isDone() {
    assertThat(place.run(LABEL, INPUT, "herd.run.max-failed-fraction=1").code())
        .isEqualTo(ExitCode.DONE);
    assertThat(place.report().get("outcome").getAsString()).isEqualTo("done");
    assertThat(place.reported("rows_ok") + place.reported("rows_failed"))
        .isEqualTo(place.reported("rows_in"));
    assertThat(
            place.reported("rows_generated")
                + place.reported("rows_reused")
                + place.output().filter("status = 'failed'").count())
        .isEqualTo(place.reported("rows_in"));
  }

  @Test
  void run_labelsThatDontFitBesideThePrompt_failUntilTheLimitIsRaised() {
    place.input(List.of("{\"id\": \"a\", \"text\": \"a b c d e f g h i j\"}"));
    String labels = "herd.choices=[\" one two three four five\", \" six seven eight nine\"]";

    assertThat(place.run(LABEL, labels, "herd.engine.max-length=16").code())
        .isEqualTo(ExitCode.FAILED_ROWS);
    assertThat(place.row("a").<String>getAs("error")).contains("tokens");

    assertThat(place.run(LABEL, labels).code()).isEqualTo(ExitCode.DONE);
    assertThat(place.row("a").<String>getAs("status")).isEqualTo("ok");
  }
}
