package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import io.herd.udfs.text.Reasoning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reasoning in a column of its own, of a model that writes no sense, with tags from its own texts.
 */
@ExtendWith(SharedSpark.class)
class ReasoningColumnTest {
  private static final String OPENED =
      LABEL
          + "herd { choices = [], generate.max-new-tokens = 8, output.mode = overwrite\n"
          + "  prompt { template = \"{{ text }} <think>\\n\", chat = off } }\n";

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, 4));
  }

  private static String tags(String start, String end) {
    return "herd.generate.reasoning-tags=" + new Gson().toJson(List.of(start, end));
  }

  /** Something inside of a text that can end its reasoning. */
  private static String inside(String text) {
    int at = 1;
    while (!Character.isLetterOrDigit(text.charAt(at))) {
      at++;
    }
    return text.substring(at, at + 1);
  }

  @Test
  void run_promptThatOpensReasoning_splitsWhatIsLoggedAlready() {
    place.run(OPENED);
    List<Row> whole = place.output().select("id", "completion").orderBy("id").collectAsList();
    List<Path> log = place.log();
    assertThat(place.output().columns()).doesNotContain("reasoning");
    String end = inside(whole.get(0).getString(1));

    assertThat(place.run(OPENED, tags("<think>", end)).code()).isEqualTo(ExitCode.DONE);

    Reasoning how = new Reasoning("<think>", end, true);
    List<Row> split =
        place.output().select("id", "reasoning", "completion").orderBy("id").collectAsList();
    for (int i = 0; i < whole.size(); i++) {
      assertThat(split.get(i).getString(1)).isEqualTo(how.of(whole.get(i).getString(1)));
      assertThat(split.get(i).getString(2)).isEqualTo(how.without(whole.get(i).getString(1)));
    }
    assertThat(split.get(0).getString(1)).isNotEmpty();
    assertThat(place.log()).isEqualTo(log);
  }

  @Test
  void run_promptThatOpensNone_hasNoReasoning() {
    place.run(OPENED, tags("<thought>", "</thought>"));

    assertThat(place.output().filter("reasoning IS NULL AND completion <> ''").count())
        .isEqualTo(4);
    assertThat(place.output().columns()).containsSequence("completion", "reasoning");
  }

  @Test
  void run_samples_haveTheirOwnReasoning() {
    place.run(
        OPENED,
        "herd.generate.samples=2",
        "herd.generate.temperature=1",
        tags("<think>", "</think>"));

    for (Row row : place.output().collectAsList()) {
      List<Row> samples = row.getList(row.fieldIndex("completions"));
      assertThat(samples).hasSize(2);
      for (Row sample : samples) {
        assertThat(sample.<String>getAs("reasoning")).isNotNull();
        assertThat(sample.<String>getAs("completion")).isEmpty();
        assertThat(sample.<String>getAs("finish_reason")).isNotNull();
      }
    }
  }

  @Test
  void sample_reasoning_isShownBesideTheAnswer() {
    assertThat(place.sample(1, OPENED, tags("<think>", "</think>")).printed())
        .contains("  thought ", "  answer  ");
  }

  @Test
  void check_tagsThatCompletionsLeaveOut_areRefused() {
    assertThatThrownBy(() -> place.check(OPENED, tags("<|start_header_id|>", "</think>")))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("herd.generate.reasoning-tags are special tokens of this model");
  }

  @Test
  void check_templateThatMarksReasoning_saysHowToSplitIt(@TempDir Path model) throws IOException {
    try (Stream<Path> files = Files.list(Workplace.MODEL)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    Files.writeString(
        model.resolve("chat_template.jinja"),
        "{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>"
            + "{{ m.content.split('</think>')[-1] }}<|eot_id|>{% endfor %}<think>\n");
    String itsPath = "herd.model.path=" + model;

    assertThat(place.check(COMPLETE, itsPath).printed())
        .contains(
            "! chat              the model's chat template marks reasoning: generate.reasoning-tags"
                + " = [\"<think>\", \"</think>\"] puts the reasoning into its own column");
    assertThat(place.check(COMPLETE, itsPath, tags("<think>", "</think>")).printed())
        .doesNotContain("marks reasoning");
  }
}
