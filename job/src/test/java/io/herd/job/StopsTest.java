package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Where completions end, and where prompts begin. */
@ExtendWith(SharedSpark.class)
class StopsTest {
  private static final String TWELVE = "herd.generate.max-new-tokens=12";

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, 8));
  }

  private List<Row> completions() {
    return place.output().orderBy("id").select("completion", "completion_tokens").collectAsList();
  }

  @Test
  void run_minNewTokensWithStops_endsNoneBefore() {
    place.run(COMPLETE, TWELVE, "herd.generate.stop=[e,\" \"]", "herd.generate.min-new-tokens=6");

    assertThat(completions())
        .hasSize(8)
        .allSatisfy(row -> assertThat(row.getInt(1)).isGreaterThanOrEqualTo(6));
  }

  @Test
  void run_stopsThatAreTheModelsEnds_endWhereTheModelDoes() {
    place.run(COMPLETE, TWELVE);
    List<Row> ended = completions();
    assertThat(ended).as("some end by themselves").anyMatch(row -> row.getInt(1) < 12);

    String stops = "herd.generate.stop=[\"<|end_of_text|>\",\"<|eom_id|>\",\"<|eot_id|>\"]";
    place.run(COMPLETE, TWELVE, stops);
    assertThat(completions()).isEqualTo(ended);

    place.run(COMPLETE, TWELVE, stops, "herd.generate.ignore-eos=true");
    assertThat(completions()).isEqualTo(ended);
    assertThat(place.reported("rows_generated")).isPositive();
  }

  @Test
  void plan_promptRenderedElsewhere_hasOneBos() {
    place.input(
        List.of(
            "{\"id\": \"a\", \"text\": \"<|begin_of_text|><|start_header_id|>user<|end_header_id|>"
                + "\\n\\nHi<|eot_id|>\"}"));
    String printed =
        place
            .plan(
                COMPLETE,
                "herd.prompt.template=null",
                "herd.prompt.column=text",
                "herd.prompt.chat=off",
                "herd.prompt.special-tokens=parse")
            .printed();
    assertThat(printed).containsOnlyOnce("<|begin_of_text|>");
  }

  @Test
  void planAndCheck_labelsInTheWrongForm_sayIt() {
    String chat = "herd.prompt.chat=on";
    for (Workplace.Ended ended :
        List.of(place.plan(Workplace.LABEL, chat), place.check(Workplace.LABEL, chat))) {
      assertThat(ended.printed()).contains("\" positive\" begins with a space");
    }
    assertThat(place.plan(Workplace.LABEL).printed()).doesNotContain("blank");
    assertThat(place.plan(Workplace.LABEL, "herd.choices=[positive,negative]").printed())
        .contains("\"positive\" begins without a space, and the prompt ends with \":\"");
  }
}
