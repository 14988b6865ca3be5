package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.job.config.Settings;
import io.herd.job.config.SettingsReader;
import io.herd.job.exit.ExitCode;
import io.herd.job.verb.VariantsVerb;
import io.herd.udfs.UserException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedSpark.class)
class VariantsVerbTest {
  private static final int ROWS = 60;

  private static final String THREE =
      LABEL
          + """
          herd {
            gold-column = human_label
            run.cost-per-million-prompt-tokens = 2
            variants {
              plain {}
              blunt { prompt.template = "{{ text }} It was" }
              calibrated { labelling.calibrate = true }
            }
          }
          """;

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
    place.input(reviews(0, ROWS));
  }

  private JsonObject json(int rows, String... overrides) {
    return JsonParser.parseString(place.variants(rows, true, THREE, overrides).printed())
        .getAsJsonObject();
  }

  private static JsonObject variant(JsonObject report, String name) {
    return report.getAsJsonArray("variants").asList().stream()
        .map(each -> each.getAsJsonObject())
        .filter(each -> each.get("name").getAsString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Each is what a run of its own says, and such a run finds all of its results. */
  @Test
  void run_threePrompts_areWhatTheirRunsAre() {
    JsonObject report = json(500);

    assertThat(report.get("rows").getAsLong()).isEqualTo(ROWS);
    for (String name : new String[] {"blunt", "calibrated", "plain"}) {
      JsonObject tried = variant(report, name);
      assertThat(tried.get("generated").getAsLong()).isEqualTo(ROWS);
      assertThat(tried.get("cost").getAsDouble())
          .isCloseTo(2e-6 * tried.get("tokens").getAsLong(), within(1e-9));

      Workplace.Ended run = place.run(THREE, "herd.variant=" + name, "herd.output.mode=overwrite");

      assertThat(run.code()).isEqualTo(ExitCode.DONE);
      assertThat(place.reported("rows_generated")).as("the log has all of them").isZero();
      JsonObject quality = place.report().getAsJsonObject("quality");
      for (String measured : new String[] {"accuracy", "calibration_error", "macro_f1"}) {
        assertThat(tried.getAsJsonObject("quality").get(measured).getAsDouble())
            .isCloseTo(quality.get(measured).getAsDouble(), within(1e-9));
      }
    }
    assertThat(report.getAsJsonArray("pairs")).hasSize(3);
    assertThat(variant(json(500), "plain").get("generated").getAsLong()).isZero();
  }

  @Test
  void run_sample_winnersRunGeneratesTheRest() {
    Workplace.Ended ended = place.variants(20, false, THREE);

    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    assertThat(ended.printed())
        .contains("  20 rows with a right answer")
        .containsPattern("(?m)^  blunt +\\d+\\.\\d % \\(\\d+\\.\\d to \\d+\\.\\d\\) +100\\.0 %")
        .containsPattern("  blunt and plain differ in \\d+ rows: \\d+ are right in blunt alone")
        .contains("for all pairs at once (Holm)");
    assertThat(place.directory().resolve("work/_scratch")).doesNotExist();
    assertThat(place.directory().resolve("out")).doesNotExist();

    place.run(THREE, "herd.variant=blunt");

    assertThat(place.reported("rows_generated")).isEqualTo(ROWS - 20);
  }

  @Test
  void run_withoutAVariant_goesByTheKeysOutside() {
    place.run(THREE);
    assertThat(place.report().getAsJsonObject("configuration").get("variant").isJsonNull())
        .isTrue();
    long plain = place.logged();

    place.run(THREE, "herd.variant=plain", "herd.output.mode=overwrite");

    assertThat(place.logged()).isEqualTo(plain);
  }

  @Test
  void configuration_asItStands_triesThreePrompts() {
    Settings settings =
        SettingsReader.read(
            Path.of("conf/prompts.conf"),
            List.of("herd.run.work-dir=" + place.directory().resolve("work")),
            Workplace.SAMPLES.getParent());
    ByteArrayOutputStream printed = new ByteArrayOutputStream();

    new VariantsVerb(place.spark(), settings, new PrintStream(printed)).run(100, false);

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("\n  bare  ", "\n  calibrated ", "\n  plain  ");
  }

  private void isRefused(String configuration, String message) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> place.variants(20, false, configuration))
        .withMessageContaining(message);
  }

  @Test
  void run_whatCantBeCompared_isRefused() {
    isRefused(LABEL, "there are fewer than two variants to compare");
    isRefused(LABEL + "herd.variants { a {}, b {} }", "herd.gold-column isn't set");
    isRefused(
        THREE + "herd.variants.blunt.output.path = x",
        "herd.variants.\"blunt\".output: is the same for all variants. Set herd.output");
    isRefused(THREE + "herd.variants.blunt.prompt.colum = x", "herd.prompt.colum: no such key");
    isRefused(THREE + "herd.variants.\"a b\" {}", "has the name \"a b\"");
    isRefused(THREE + "herd.variant = c", "herd.variant: there is no such variant");
    isRefused(THREE + "herd.variants.blunt.labelling.multi = true", "gives rows several answers");
    isRefused(
        THREE.replace("human_label", "sometimes")
            + "herd.input.schema = \"id STRING, text STRING, sometimes STRING\"",
        "no row of the input has a value in the gold column sometimes");
  }
}
