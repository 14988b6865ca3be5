package io.herd.job.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.partition.RowSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchRequestTest {
  private static final Path SEEDS =
      Path.of(
          "src/test/resources/io/herd/job/input/BatchRequestFuzzTestInputs",
          "request_anyText_isReadOrRefused");

  private static BatchRequest request(String body) {
    return BatchRequest.of(
        "{\"custom_id\": \"c\", \"method\": \"POST\", \"url\": \"/v1/chat/completions\", \"body\":"
            + " {"
            + body
            + "}}");
  }

  private static RowSettings settings(String fields) {
    return request("\"messages\": [{\"role\": \"user\", \"content\": \"x\"}], " + fields)
        .settings();
  }

  @Test
  void of_everyFieldThatIsKeptTo_isTheRows() {
    RowSettings read =
        settings(
            """
            "model": "m", "user": "u", "metadata": {"a": "b"}, "store": true, "n": 1,
            "stream": false, "logprobs": null, "top_logprobs": 0, "tools": null,
            "max_tokens": 5, "max_completion_tokens": 7, "temperature": 0.5, "top_k": -1,
            "top_p": 0.9, "min_p": 0.1, "seed": -9223372036854775808, "stop": ["a", "b"],
            "repetition_penalty": 1.2, "presence_penalty": -2, "frequency_penalty": -0.0,
            "response_format": {"type": "json_schema", "json_schema": {"schema": {"a": 1}}}
            """);
    assertThat(read)
        .isEqualTo(
            new RowSettings(
                null,
                7,
                0.5,
                0,
                0.9,
                0.1,
                1.2,
                -2.0,
                0.0,
                Long.MIN_VALUE,
                List.of("a", "b"),
                "{\"a\":1}"));
    assertThat(settings("\"max_completion_tokens\": 7, \"max_tokens\": 5").maxTokens())
        .isEqualTo(7);
    assertThat(settings("\"stop\": \"a\", \"response_format\": {\"type\": \"text\"}"))
        .isEqualTo(
            new RowSettings(
                null, null, null, null, null, null, null, null, null, null, List.of("a"), null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"tools\": []|body.tools isn't supported",
        "\"n\": 2|body.n isn't a whole number that it may be",
        "\"max_tokens\": 0|body.max_tokens isn't a whole number that it may be",
        "\"max_tokens\": 1.5|body.max_tokens isn't a whole number that it may be",
        "\"max_tokens\": \"5\"|body.max_tokens isn't a whole number that it may be",
        "\"seed\": true|body.seed isn't a whole number that it may be",
        "\"temperature\": -1|body.temperature isn't a number that it may be",
        "\"temperature\": 1e999|body.temperature isn't a number that it may be",
        "\"top_p\": 0|body.top_p isn't a number that it may be",
        "\"stream\": true|body.stream isn't supported",
        "\"logprobs\": true|body.logprobs isn't supported",
        "\"stop\": [\"\"]|body.stop has an empty text",
        "\"stop\": {}|body.stop isn't a text",
        "\"prompt\": \"x\"|body.prompt isn't supported",
        "\"response_format\": {\"type\": \"grammar\"}|body.response_format of type grammar isn't"
            + " supported",
        "\"response_format\": {\"type\": \"json_schema\"}|body.response_format.json_schema is"
            + " missing"
      })
  void of_fieldThatCannotBeKeptTo_isNamed(String field, String problem) {
    assertThat(settings(field).problem()).isEqualTo(problem);
  }

  @Test
  void of_chats_areTexts() {
    BatchRequest read =
        request(
            """
            "messages": [{"role": "system", "content": "a", "name": null},
             {"role": "user", "content": [{"type": "text", "text": "b"},
              {"type": "text", "text": "c"}]}]
            """);
    assertThat(read.messages())
        .containsExactly(
            new BatchRequest.Message("system", "a"), new BatchRequest.Message("user", "b\nc"));
    assertThat(
            request(
                "\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\"}]}]"))
        .extracting(each -> each.settings().problem())
        .isEqualTo("a part of a message's content isn't text");
    assertThat(
            request("\"messages\": [{\"role\": \"user\", \"content\": \"x\", \"tool_calls\": []}]")
                .settings()
                .problem())
        .isEqualTo("a message's tool_calls isn't supported");
    assertThat(request("\"model\": \"m\"").settings().problem())
        .isEqualTo("body.messages is missing");
  }

  @Test
  void of_lineWithoutBounds_isRefusedSoonAndShortly() {
    assertThat(BatchRequest.of(" ".repeat((16 << 20) + 1)).settings().problem())
        .isEqualTo("the line has 16777217 characters, too many for a request");
    assertThat(settings("\"" + "x".repeat(1_000_000) + "\": 1").problem()).hasSizeLessThan(150);
    assertThat(request("\"messages\": [" + "{},".repeat(10_000) + "{}]").settings().problem())
        .isEqualTo("body.messages has more than 10000 members");
    assertThat(settings("\"seed\": " + "9".repeat(1_000_000)).problem())
        .isEqualTo("the line isn't JSON");
  }

  /** Without the fuzzer. */
  @Test
  void request_seeds_areReadOrRefused() throws IOException {
    try (Stream<Path> files = Files.list(SEEDS)) {
      List<Path> seeds = files.sorted().toList();
      assertThat(seeds).hasSizeGreaterThan(4);
      for (Path seed : seeds) {
        BatchRequestFuzzTest.read(Files.readString(seed));
      }
    }
  }
}
