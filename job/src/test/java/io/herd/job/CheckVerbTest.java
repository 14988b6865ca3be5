package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.job.exit.ExitCode;
import io.herd.job.verb.CheckVerb;
import io.herd.udfs.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedSpark.class)
class CheckVerbTest {
  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
  }

  @Test
  void check_allRight_ticksEverythingAndWritesNothing() {
    place.input(reviews(0, 30));

    Workplace.Ended ended = place.check(LABEL);

    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    assertThat(ended.printed())
        .matches(
            """
              ✓ configuration     read
              ✓ model             7 files, 0\\.00 GB, in \\S+/data-samples/tiny-llama
              ✓ tokenizer         tiny-llama, 2\\.2 M weights, float32, rows up to 2,048 tokens, has a \
            chat template
              ✓ memory            weights 0\\.01 GB, \\S+ kB of cache per token; \\S+ GB are free here
              ✓ input             columns human_label, id, rating, text
              ✓ prompts           20 sampled, up to \\d+ tokens
              ✓ output            \\S+/out can be written
            """);
    assertThat(place.directory().resolve("out")).doesNotExist();
    assertThat(place.directory().resolve("work/results")).doesNotExist();
  }

  /** Memory is that of the dense weights, which the engine computes with. */
  @Test
  void check_quantizedModel_saysWhatItIsAndWhatItBecomes() throws IOException {
    Path resources = Path.of("../udfs/test-resources");
    Path model = Files.createDirectory(place.directory().resolve("model"));
    for (String each : List.of("quantized/gptq/config.json", "quantized/gptq/model.safetensors")) {
      Files.copy(resources.resolve(each), model.resolve(Path.of(each).getFileName()));
    }
    Path tokenizer = resources.resolve("tiny-random/tokenizer.json");
    Files.copy(tokenizer, model.resolve("tokenizer.json"));
    place.input(reviews(0, 3));

    Workplace.Ended ended =
        place.check(LABEL, "herd.model.path=\"" + model + "\"", "herd.engine.max-length=256");

    assertThat(ended.printed())
        .contains("model, 0.0 M weights, float32, rows up to 256 tokens")
        .containsPattern(
            "memory +weights 0\\.00 GB \\(GPTQ 4-bit in groups of 32, read as float32\\), ");
  }

  @Test
  void check_rowsLongerThanTheModelWasMadeFor_areRefused() {
    place.input(reviews(0, 3));

    assertThatThrownBy(() -> place.check(LABEL, "herd.engine.max-length=2049"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            """
            herd.engine.max-length = 2049: the model was made for rows of 2048 tokens, prompt and \
            answer together (max_position_embeddings in its config.json)
              What to do: set it to 2048 or less, or leave it auto; herd.prompt.on-overflow can cut \
            longer rows.""");
    assertThat(place.check(LABEL, "herd.engine.max-length=2048").code()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void check_longInput_readsNoMoreThanASample() {
    String sql =
        "SELECT id, CASE WHEN id < 20 THEN 'good' ELSE raise_error('row ' || id || ' was read') END"
            + " AS text FROM range(0, 1000, 1, 1)";

    Workplace.Ended ended =
        place.check(
            LABEL,
            "herd.input.format=null",
            "herd.input.path=null",
            "herd.input.sql=\"" + sql + "\"");

    assertThat(ended.printed()).contains("✓ prompts           20 sampled, up to ");
  }

  @Test
  void check_rowsThatWouldFail_areCountedWithAReason() {
    place.input(
        List.of(
            "{\"text\": \"good\"}", "{\"other\": 1}", "{\"text\": null}", "{\"text\": \"bad\"}"));

    assertThat(place.check(LABEL).printed())
        .containsPattern("✓ prompts           4 sampled, up to \\d+ tokens; 2 would fail: .*text");
  }

  @Test
  void check_wrongColumn_endsAtTheFirstCross() {
    place.input(reviews(0, 3));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    CheckVerb verb =
        new CheckVerb(place.spark(), place.settings(LABEL, "herd.gold-column=gold"), out);

    assertThatThrownBy(verb::run)
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("herd.gold-column = gold: the input has no such column\n");
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("✓ memory").endsWith("  ✗ input\n");
  }

  @Test
  void check_noRowHasAPrompt_isTheUsers() {
    place.input(List.of("{\"text\": null, \"id\": 1}"));

    assertThatThrownBy(() -> place.check(LABEL, "herd.input.schema=\"id INT, text STRING\""))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("none of the first 1 rows has a prompt: ");
  }

  @Test
  void check_outputOfAnother_isTheUsers() {
    place.input(reviews(0, 3)).run(LABEL);

    assertThat(place.check(LABEL).code()).isEqualTo(ExitCode.DONE);
    assertThatThrownBy(() -> place.check(LABEL, "herd.run.work-dir=other"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("exists, and not from a run with this work-dir");
    assertThatThrownBy(() -> place.check(LABEL, "herd.output.format=parkett"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("the output can't be written as parkett: ");
  }
}
