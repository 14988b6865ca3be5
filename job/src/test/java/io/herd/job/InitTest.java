package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.Launcher.Outcome;
import io.herd.job.config.InputSettings;
import io.herd.job.config.Settings;
import io.herd.job.config.SettingsReader;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.text.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What submit/herd init makes of an input that it looks at. */
class InitTest {
  private static final String ROWS =
      """
      {"id": 1, "text": "It \"works\", {really}", "topic": {"a": [1, 2]}, "mood": "good"}
      {"id": 2, "text": "No.", "mood": "bad", "later": null}
      """;

  @TempDir Path temporary;
  private Launcher launcher;

  @BeforeEach
  void makeALauncher() throws IOException {
    launcher = Launcher.in(temporary);
  }

  private Outcome init(String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("init", "my.conf", "--model", "owner/name"));
    words.addAll(List.of(more));
    return launcher.herd(
        Map.of("JAVA_HOME", "/nowhere", "SPARK_HOME", "/nowhere"), words.toArray(String[]::new));
  }

  private Settings written(String... more) throws Exception {
    Files.deleteIfExists(launcher.caller().resolve("my.conf"));
    Outcome outcome = init(more);
    assertThat(outcome.err()).isEmpty();
    return SettingsReader.read(Path.of("my.conf"), List.of(), launcher.caller());
  }

  private void file(String name, String text) throws IOException {
    Path file = launcher.caller().resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void packed(String name, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    Files.write(launcher.caller().resolve(name), bytes.toByteArray());
  }

  @Test
  void init_inputThatIsElsewhere_goesByItsName() throws Exception {
    String[] label = {
      "--input", "some \"rows\".csv", "--column", "text", "--task", "label", "--labels", "good,bad"
    };

    Settings settings = written(label);

    assertThat(settings.labelling().on()).isTrue();
    assertThat(settings.input().format()).isEqualTo("csv");
    assertThat(settings.input().options()).isEqualTo(Map.of("header", "true"));
    assertThat(settings.output().path())
        .hasValueSatisfying(it -> assertThat(it).endsWith("out/my"));
    assertThat(Files.readString(launcher.caller().resolve("my.conf")))
        .contains("path = \"some \\\"rows\\\".csv\"")
        .contains("choices = [\" good\", \" bad\"]");
    assertThat(init(label).err()).startsWith("my.conf is there already.");
    assertThat(written("--input", "in", "--column", "q", "--task", "complete").model().id())
        .hasValue("owner/name");
    Files.delete(launcher.caller().resolve("my.conf"));
    assertThat(launcher.herd(Map.of(), "init", "my.conf").err()).startsWith("init needs --model.");
    assertThat(launcher.caller().resolve("my.conf")).doesNotExist();
  }

  @Test
  void init_moderation_judgesTheAnswersWhereThereAreSome() throws Exception {
    file("chats.jsonl", "{\"my question\": \"Why?\", \"response\": \"So.\"}\n");
    String[] judge = {"--input=chats.jsonl", "--task=moderation"};

    Settings answers = written(judge[0], judge[1], "--column=my question");
    Settings prompts = written(judge[0], judge[1], "--column=response");

    assertThat(answers.labelling().moderation()).isNotNull();
    assertThat(answers.prompt().messages())
        .extracting(Message::content)
        .containsExactly("{{ my_question }}", "{{ response }}");
    assertThat(answers.input().sql())
        .hasValueSatisfying(sql -> assertThat(sql).contains("AS my_q"));
    assertThat(prompts.prompt().messages()).hasSize(1);
  }

  @Test
  void init_valuesBehindEqualsSigns_areTaken() throws Exception {
    Settings settings = written("--input=in", "--column=a", "--task=label", "--labels=x=1,y");

    assertThat(settings.labelling().choices())
        .extracting(Choice::value)
        .containsExactly("x=1", "y");
    assertThat(init("--colour=red").err()).startsWith("init has no option --colour.");
  }

  @ParameterizedTest
  @CsvSource({
    "a.jsonl.zst, json",
    "a.csv.bz2, csv",
    "a.tsv, csv",
    "a.orc, orc",
    "a.txt, text",
    "a, parquet"
  })
  void init_names_areReadWithoutWhatPackedThem(String name, String format) throws Exception {
    assertThat(written("--input", name, "--column", "t", "--task", "complete").input().format())
        .isEqualTo(format);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text\": \"a\"} | json | {}",
        "[{\"text\": \"a\"}] | json | {multiLine=true}",
        "PAR1\u0001 | parquet | {}",
        "ORC\u0001 | orc | {}",
      })
  void init_contents_decideOverNames(String text, String format, String options) throws Exception {
    file("rows.data", text.strip() + "\n");
    InputSettings input =
        written("--input", "rows.data", "--column", "text", "--task", "complete").input();

    assertThat(input.format()).isEqualTo(format);
    assertThat(input.options()).hasToString(options);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text;n | \"a, b\";1 | {header=true, sep=;} | text",
        "text,n | \"a; b\",1 | {header=true} | text",
        "a text,12 | more,13 | {header=false} | _c0",
        "1,a text | 2,more | {header=false} | _c1",
      })
  void init_csv_hasItsSeparatorAndHeader(String first, String second, String options, String column)
      throws Exception {
    packed("rows", first + "\n" + second + "\n");
    InputSettings input =
        written("--input", "rows", "--column", column, "--task", "complete").input();

    assertThat(input.format()).isEqualTo("csv");
    assertThat(new java.util.TreeMap<>(input.options())).hasToString(options);
  }

  @Test
  void init_columnThatIsNotThere_isToldThoseThatAre() throws Exception {
    file("rows/_SUCCESS", "");
    file("rows/part-0", ROWS);

    assertThat(init("--input", "rows", "--column", "txt", "--task", "complete").err())
        .isEqualTo(
            """
            --column txt: the rows have no such column, but id, text, topic, mood, later.
              What to do: use one of them.
            """);
    assertThat(init("--input", "rows", "--task", "complete").err())
        .startsWith(
            "init needs --column; the rows have the columns id, text, topic, mood, later.\n")
        .contains("for example --column text.");
  }

  @Test
  void init_labels_findTheColumnThatHasThem() throws Exception {
    file("rows", ROWS);
    String[] label = {"--input", "rows", "--column", "text", "--task", "label", "--labels"};

    assertThat(written(append(label, "good, bad")).goldColumn()).contains("mood");
    assertThat(written(append(label, "good,fine")).goldColumn()).isEmpty();
    assertThat(written(append(label, "x,y", "--gold", "id")).goldColumn()).contains("id");
    file("labelled.csv", "text,label\nGood!,positive\n\"Bad,\nreally\",negative\n");
    label[1] = "labelled.csv";
    assertThat(written(append(label, "positive,negative")).columns().written("label"))
        .contains("herd_label");
  }

  private static String[] append(String[] words, String... more) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void init_columnWithABlank_isReadUnderANameThatTemplatesKnow() throws Exception {
    file("a.csv", "id,my text\n1,a\n");
    file("b.jsonl", "{\"my text\": \"a\"}\n");
    String[] label = {
      "--column", "my text", "--task", "label", "--labels", "good,bad", "--input", "a.csv"
    };

    Settings csv = written(label);
    assertThat(csv.input().schema()).contains("id STRING, my_text STRING");
    assertThat(csv.prompt().template()).isEqualTo("Text: {{ my_text }}\nLabel:");
    label[7] = "b.jsonl";
    assertThat(written(label).input().sql())
        .contains(
            "SELECT *, `my text` AS my_text FROM json.`"
                + launcher.caller().toRealPath().resolve("b.jsonl")
                + "`");
    assertThat(
            written("--column", "my text", "--task", "complete", "--input", "b.jsonl")
                .prompt()
                .column())
        .isEqualTo("my text");
  }

  @Test
  void init_extract_writesASchemaOfItsFields() throws Exception {
    file("rows", ROWS);
    String[] extract = {"--input", "rows", "--column", "text", "--task", "extract", "--fields"};

    Settings settings = written(append(extract, "name, stars:integer,mood:good|so so"));

    assertThat(settings.generate().format().kind()).isEqualTo(Format.Kind.JSON_SCHEMA);
    assertThat(settings.generate().format().column().orElseThrow().ddl())
        .isEqualTo("struct<`name`: string, `stars`: bigint, `mood`: string>");
    assertThat(settings.prompt().template()).contains("{{ text }}").contains("name, stars, mood");
    assertThat(init("--input", "rows", "--column", "text", "--task", "guess").err())
        .startsWith("my.conf is there already.");
    Files.delete(launcher.caller().resolve("my.conf"));
    Outcome wrong = init(append(extract, "stars:stars"));
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).startsWith("The field stars has no type \"stars\".");
    assertThat(launcher.caller().resolve("my.conf")).doesNotExist();
    assertThat(init("--input", "rows", "--column", "text", "--task", "guess").err())
        .startsWith("There is no task \"guess\".");
  }
}
