package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
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

/** The kinds of prompt. Equal prompts have equal keys: what one kind generated, another reuses. */
@ExtendWith(SharedSpark.class)
class PromptsTest {
  private static final String AUTO = "herd.prompt.chat=auto";
  private static final String NO_TEMPLATE = "herd.prompt.template=null";
  private static final String[] SHOTS = {
    "herd.prompt.examples.path=shots.jsonl",
    "herd.prompt.examples.format=json",
    "herd.prompt.examples.answer=\" {{ label }}\"",
    "herd.prompt.examples.k=2"
  };
  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, 3)).file("shots.jsonl", shots("fine"));
  }

  private static List<String> shots(String second) {
    return List.of(
        "{\"text\": \"i love it\", \"label\": \"positive\"}",
        "{\"text\": \"%s\", \"label\": \"positive\"}".formatted(second),
        "{\"text\": \"a waste\", \"label\": \"negative\"}");
  }

  private long generated(String configuration, String... overrides) {
    assertThat(place.run(configuration, overrides).code()).isEqualTo(ExitCode.DONE);
    return place.reported("rows_generated");
  }

  @Test
  void run_messages_areWhatSystemAndTemplateAre() {
    String system = "herd.prompt.system=Be brief.";
    assertThat(generated(COMPLETE, system)).isEqualTo(3);

    String messages =
        "herd.prompt.messages=[{ role = system, content = \"Be {{ 'brief' }}.\" },"
            + " { role = user, content = \"Review: {{ text }}\\nSentiment:\" }]";
    assertThat(generated(COMPLETE, NO_TEMPLATE, messages)).isZero();
  }

  @Test
  void run_messagesColumn_isWhatMessagesAre() {
    String messages =
        "herd.prompt.messages=[{ role = user, content = \"Hi\" }, { role = assistant, content ="
            + " \"Hello\" }, { role = user, content = \"Review: {{ text }}\" }]";
    place.input(List.of("{\"text\": \"good\"}", "{\"text\": \"bad\"}"));
    assertThat(generated(COMPLETE, NO_TEMPLATE, messages)).isEqualTo(2);

    String chat =
        "{\"turns\": [{\"role\": \"user\", \"content\": \"Hi\"}, {\"role\": \"assistant\","
            + " \"content\": \"Hello\"}, {\"role\": \"user\", \"content\": \"Review: %s\"}]}";
    place.input(List.of(chat.formatted("bad"), chat.formatted("good")));
    assertThat(generated(COMPLETE, NO_TEMPLATE, "herd.prompt.messages-column=turns")).isZero();
  }

  @Test
  void run_examples_areWhatTheTemplateCouldSay() {
    assertThat(generated(LABEL, SHOTS)).isEqualTo(3);

    String written =
        "herd.prompt.template=\"Review: i love it\\nSentiment: positive\\n\\n"
            + "Review: fine\\nSentiment: positive\\n\\nReview: {{ text }}\\nSentiment:\"";
    assertThat(generated(LABEL, written)).isZero();

    place.file("shots.jsonl", shots("okay"));
    assertThat(generated(LABEL, SHOTS)).as("with another example").isEqualTo(3);
  }

  @Test
  void plan_examples_areThePrefixThatAllPromptsShare() {
    place.input(List.of("{\"text\": \"good\"}", "{\"text\": \"bad\"}"));

    assertThat(place.plan(LABEL, SHOTS).printed())
        .containsPattern(
            """
              prompt 1  (\\d+) tokens
                \\| <\\|begin_of_text\\|>Review: i love it
                \\| Sentiment: positive
                \\|
                \\| Review: fine
                \\| Sentiment: positive
                \\|
                \\| Review:
                \\[the first \\d\\d tokens, up to here, are the same in all prompts\\]
                \\|  good
                \\| Sentiment:
              prompt 2  \\d+ tokens
                \\[the same first \\d\\d tokens\\]
                \\|  bad
                \\| Sentiment:
            """
                .replace("\\|\n", "\\| \n"));
  }

  @Test
  void plan_inAChat_showsSpecialTokensAndCutsLongPrompts() {
    place.input(List.of("{\"text\": \"%s\"}".formatted("\\u001b[31m" + "great ".repeat(300))));

    assertThat(place.plan(COMPLETE).printed())
        .contains("    | <|begin_of_text|><|start_header_id|>user<|end_header_id|>\n    | \n")
        .contains("    | Sentiment:<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n")
        .containsPattern("\n    \\| \\.\\.\\. \\d{3} characters \\.\\.\\.\n")
        .doesNotContain("\u001b");
  }

  @Test
  void verbs_chatIsAuto_sayWhatItCameTo() {
    String on = "auto is on: prompts are put into the model's chat template\n";

    assertThat(place.plan(LABEL, AUTO).printed()).contains("  chat      " + on);
    assertThat(place.check(LABEL, AUTO).printed()).contains("  ✓ chat              " + on);
    assertThat(place.run(LABEL, AUTO).printed()).startsWith("chat      " + on);
  }

  @Test
  void verbs_promptsThatAreCut_areCounted() {
    String review = "{\"id\": \"%s\", \"text\": \"%s\"}";
    place.input(
        List.of(review.formatted("long", "it is great ".repeat(60)), review.formatted("s", "ok")));
    String[] cutting = {
      "herd.engine.max-length=40",
      "herd.prompt.on-overflow=truncate-end",
      "herd.prompt.truncate-column=text"
    };

    assertThat(place.plan(LABEL, cutting).printed())
        .contains("  rows      2, of them 0 without a prompt, 1 cut to fit\n");
    assertThat(place.check(LABEL, cutting).printed()).contains(" tokens, 1 cut to fit\n");
    Workplace.Ended ended = place.run(LABEL, cutting);
    assertThat(ended.printed()).contains(", 0 without a prompt, 1 cut to fit\n");
    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    Row cut = place.row("long");
    assertThat(cut.<String>getAs("text")).as("the column itself").endsWith("it is great ");
    assertThat(cut.<Integer>getAs("prompt_tokens")).isBetween(35, 40);
    assertThat(place.output().columns()).noneMatch(name -> name.startsWith("_herd"));

    assertThat(place.run(LABEL, "herd.engine.max-length=40", "herd.output.mode=overwrite").code())
        .isEqualTo(ExitCode.FAILED_ROWS);
  }

  @Test
  void run_arraysStructsAndMaps_areReadByLoops() {
    place.input(
        List.of(
            "{\"id\": 1, \"replies\": [{\"by\": {\"name\": \"it\"}, \"text\": \"works\"}, {\"by\":"
                + " {\"name\": \"i\"}, \"text\": \"love it\"}], \"facts\": {\"b\": 2, \"a\": 1}}"));
    String template =
        "herd.prompt.template=Review: {% for r in replies %}{{ r.by.name }} {{ r.text }}, {% endfor"
            + " %}{% for k, v in facts.items() %}{{ k }}{{ v }}{% endfor %}";
    String schema =
        "herd.input.schema=id INT, facts MAP<STRING, INT>, replies ARRAY<STRUCT<by: STRUCT<name:"
            + " STRING>, text: STRING>>";
    assertThat(place.plan(LABEL, template, schema).printed())
        .contains("Review: it works, i love it, a1b2\n");
  }
}
