package io.herd.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.job.config.Settings;
import io.herd.job.config.SettingsReader;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's batch files in and out. */
@ExtendWith(SharedSpark.class)
class BatchTest {
  private static final String[] BATCH = {
    "herd.input.format=openai-batch",
    "herd.prompt.template=null",
    "herd.prompt.messages-column=messages",
    "herd.generate.max-new-tokens=8",
    "herd.generate.ignore-eos=true",
    "herd.output.format=openai-batch",
    "herd.output.mode=overwrite",
    "herd.output.order=input",
    "herd.output.files=1"
  };

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
  }

  private static String chat(String id, String text, String more) {
    return """
    {"custom_id": "%s", "method": "POST", "url": "/v1/chat/completions", "body":\
     {"model": "m", "messages": [{"role": "user", "content": "%s"}]%s}}\
    """
        .formatted(id, text, more);
  }

  private Workplace.Ended run(String... more) {
    return place.run(
        Workplace.COMPLETE, Stream.of(BATCH, more).flatMap(Stream::of).toArray(String[]::new));
  }

  private List<String> lines() throws IOException {
    try (Stream<Path> files = Files.list(place.directory().resolve("out"))) {
      Path one = files.filter(file -> file.toString().endsWith(".json")).findFirst().orElseThrow();
      return Files.readAllLines(one);
    }
  }

  private Map<String, JsonObject> answers() throws IOException {
    return lines().stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .collect(
            Collectors.toMap(line -> line.get("custom_id").getAsString(), Function.identity()));
  }

  private static JsonObject choice(JsonObject line) {
    return body(line).getAsJsonArray("choices").get(0).getAsJsonObject();
  }

  private static JsonObject body(JsonObject line) {
    return line.getAsJsonObject("response").getAsJsonObject("body");
  }

  private static String text(JsonObject line) {
    return choice(line).getAsJsonObject("message").get("content").getAsString();
  }

  private static int tokens(JsonObject line) {
    return body(line).getAsJsonObject("usage").get("completion_tokens").getAsInt();
  }

  @Test
  void run_requests_areAnsweredInTheirOrderEachByItsSettings() throws IOException {
    place.input(
        List.of(
            chat("b", "great", ", \"max_tokens\": 3"),
            "",
            chat("a", "great", ""),
            chat("warm", "great", ", \"temperature\": 1.5, \"seed\": 1"),
            chat("warm again", "great", ", \"seed\": 1, \"temperature\": 1.5"),
            chat("warmer", "great", ", \"temperature\": 1.5, \"seed\": 2"),
            chat("plain", "great", ", \"temperature\": 0, \"seed\": 3, \"top_p\": 0.5, \"n\": 1")));

    assertThat(run().code()).isEqualTo(ExitCode.DONE);

    Map<String, JsonObject> answers = answers();
    assertThat(lines().get(0)).startsWith("{\"id\":\"herd-").contains("\"custom_id\":\"b\"");
    assertThat(tokens(answers.get("b"))).isEqualTo(3);
    assertThat(tokens(answers.get("a"))).isEqualTo(8);
    assertThat(choice(answers.get("a")).get("finish_reason").getAsString()).isEqualTo("length");
    assertThat(text(answers.get("a"))).startsWith(text(answers.get("b")));
    assertThat(text(answers.get("warm")))
        .isEqualTo(text(answers.get("warm again")))
        .isNotEqualTo(text(answers.get("warmer")))
        .isNotEqualTo(text(answers.get("a")));
    assertThat(place.reported("rows_generated")).as("greedy rows are equal").isEqualTo(4);
    assertThat(answers.values())
        .allSatisfy(line -> assertThat(line.get("error").isJsonNull()).isTrue());

    List<String> before = lines();
    assertThat(run().code()).isEqualTo(ExitCode.DONE);
    assertThat(place.reported("rows_generated")).isZero();
    assertThat(lines()).isEqualTo(before);
  }

  @Test
  void run_formatsAndStops_areKeptToByTheirRows() throws IOException {
    String format =
        ", \"response_format\": {\"type\": \"json_schema\", \"json_schema\": {\"name\": \"n\","
            + " \"schema\": {\"enum\": [\"yes\", \"no\"]}}}";
    place.input(
        List.of(
            chat("free", "great", ""),
            chat("json", "great", format),
            chat("both", "great", format + ", \"stop\": \"x\""),
            chat("odd", "great", format.replace("enum", "contains")),
            chat("stopped", "great", ", \"stop\": [\"e\"]")));

    run("herd.generate.ignore-eos=false", "herd.run.max-failed-fraction=1");

    Map<String, JsonObject> answers = answers();
    assertThat(text(answers.get("json"))).isIn("\"yes\"", "\"no\"");
    assertThat(text(answers.get("stopped"))).doesNotContain("e");
    assertThat(text(answers.get("free"))).contains("e");
    assertThat(error(answers.get("both"))).startsWith("a text with a format ends where");
    assertThat(error(answers.get("odd")))
        .startsWith("response_format can't be kept to: ")
        .contains("contains");
  }

  private static String error(JsonObject line) {
    JsonObject response = line.getAsJsonObject("response");
    assertThat(response.get("status_code").getAsInt()).isEqualTo(400);
    assertThat(response.get("body").isJsonNull()).isTrue();
    return line.getAsJsonObject("error").get("message").getAsString();
  }

  @Test
  void run_requestsThatCannotBeKeptTo_haveTheirReasonAndTheOthersTheirAnswer() throws IOException {
    place.input(
        List.of(
            chat("fine", "great", ""),
            chat("tools", "great", ", \"tools\": [{\"type\": \"function\"}]"),
            chat("long", "great", ", \"max_tokens\": 9"),
            chat("vector", "great", "").replace("chat/completions", "embeddings"),
            "{\"custom_id\": \"cut"));

    assertThat(run().code()).isEqualTo(ExitCode.FAILED_ROWS);

    Map<String, JsonObject> answers = answers();
    assertThat(text(answers.get("fine"))).isNotEmpty();
    assertThat(error(answers.get("tools"))).isEqualTo("body.tools isn't supported");
    assertThat(error(answers.get("long")))
        .isEqualTo(
            "the request's `max_tokens` is 9, and must be from 1 to herd.generate.max-new-tokens ="
                + " 8");
    assertThat(error(answers.get("vector")))
        .isEqualTo("url must be /v1/chat/completions or /v1/completions");
    assertThat(error(answers.get(""))).isEqualTo("the line isn't JSON");
  }

  @Test
  void run_completionsIntoATable_haveTheRequestsColumns() {
    place.input(
        List.of(
            "{\"custom_id\": \"c\", \"method\": \"POST\", \"url\": \"/v1/completions\", \"body\":"
                + " {\"prompt\": \"great\", \"max_tokens\": 2, \"stream\": false}}",
            "{\"custom_id\": \"d\", \"method\": \"POST\", \"url\": \"/v1/completions\", \"body\":"
                + " {\"prompt\": \" \"}}"));

    run(
        "herd.output.format=parquet",
        "herd.prompt.messages-column=null",
        "herd.prompt.column=prompt",
        "herd.prompt.on-empty=fail",
        "herd.prompt.chat=off");

    assertThat(place.output().columns())
        .startsWith("custom_id", "url", "model", "messages", "prompt", "request", "completion");
    assertThat(place.output().filter("completion_tokens = 2").count()).isEqualTo(1);
    assertThat(place.output().filter("error like 'every text%'").count()).isEqualTo(1);
  }

  @Test
  void planAndRun_requestsOfTheOtherUrl_sayWhichKeyReadsThem() throws IOException {
    place.input(
        List.of(
            chat("a", "great", ""),
            "{\"custom_id\": \"c\", \"method\": \"POST\", \"url\": \"/v1/completions\", \"body\":"
                + " {\"prompt\": \"great\"}}"));

    run("herd.run.max-failed-fraction=1");

    assertThat(error(answers().get("c")))
        .isEqualTo(
            "the request is for /v1/completions, and herd.prompt.messages-column reads chats. Set"
                + " column = prompt and chat = off instead");
    String[] completions =
        Stream.of(
                Stream.of(BATCH),
                Stream.of(
                    "herd.prompt.messages-column=null",
                    "herd.prompt.column=prompt",
                    "herd.prompt.chat=off"))
            .flatMap(Function.identity())
            .toArray(String[]::new);
    assertThat(place.plan(Workplace.COMPLETE, completions).printed())
        .contains(
            "rows      2, of them 1 without a prompt\n  fail      most because: the request is for"
                + " /v1/chat/completions, and herd.prompt.column reads completions. Set"
                + " messages-column = messages instead");
  }

  /** conf/batch.conf as it stands, but for where it writes. */
  @Test
  void run_theSample_isAnsweredWhole() throws IOException {
    Path out = place.directory().resolve("out");
    Settings settings =
        SettingsReader.read(
            Path.of("conf/batch.conf"),
            List.of(
                "herd.output.path=" + out,
                "herd.run.work-dir=" + place.directory().resolve("work")),
            Workplace.SAMPLES.getParent());
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);

    ExitCode code = new Job(place.spark(), settings, nowhere).run();

    Map<String, JsonObject> answers = answers();
    assertThat(answers)
        .hasSize(7)
        .allSatisfy(
            (id, line) -> assertThat(line.get("error").isJsonNull()).as("%s", line).isTrue());
    assertThat(code).isEqualTo(ExitCode.DONE);
    assertThat(text(answers.get("describe-1"))).startsWith("{\"sentiment\": \"");
    assertThat(tokens(answers.get("judge-1"))).isLessThanOrEqualTo(4);
  }

  @Test
  void run_withWhatABatchFileHasNoPlaceFor_isRefused() {
    assertThatThrownBy(
            () -> run("herd.choices=[a, b]", "herd.generate.logprobs=2", "herd.output.options.a=b"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("herd.choices: does nothing with herd.input.format")
        .hasMessageContaining("herd.generate.logprobs: does nothing with herd.output.format")
        .hasMessageContaining("herd.output.options: does nothing with herd.output.format");
    assertThatThrownBy(() -> run("herd.input.format=json"))
        .hasMessageContaining("herd.output.format: answers requests");
  }
}
