package io.herd.job.config;

import static io.herd.job.config.ConfigurationFile.LEAST;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.text.TemplateArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateArgumentKeysTest {
  private static final String TOOLS = "herd.prompt.tools = tools.json";

  @TempDir Path directory;
  private ConfigurationFile file;

  @BeforeEach
  void open() {
    file = new ConfigurationFile(directory);
  }

  private TemplateArguments read(String addition, String... overrides) {
    return file.read(LEAST + addition, overrides).prompt().arguments();
  }

  private void tools(String json) throws IOException {
    Files.writeString(directory.resolve("tools.json"), json);
  }

  @Test
  void read_kwargsOfTheCommandLine_keepTheirTypes() {
    TemplateArguments arguments =
        read(
            "herd.prompt.chat-template-kwargs { enable_thinking = true, level = low }",
            "herd.prompt.chat-template-kwargs.enable_thinking=false",
            "herd.prompt.chat-template-kwargs.steps=[1,2.0]",
            "herd.prompt.chat-template-kwargs.name=\"7\"");

    assertThat(arguments.kwargs())
        .isEqualTo(
            "{\"enable_thinking\":false,\"name\":\"7\",\"steps\":[1,2.0],\"level\":\"low\"}");
  }

  @Test
  void read_noKwargs_areNone() {
    assertThat(read("")).isEqualTo(TemplateArguments.NONE);
    assertThat(read("herd.prompt { chat-template-kwargs = {}, chat = off }"))
        .isEqualTo(TemplateArguments.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "messages = []|sets messages, which is reserved: it is the chat itself. Allowed: a group",
        "tools = []|sets tools, which is reserved: set herd.prompt.tools",
        "bos_token = x|sets bos_token, which is reserved: it is the model's",
        "date_string = x|sets date_string, which is reserved: set herd.prompt.date",
        "add_generation_prompt = false|sets add_generation_prompt, which is reserved: it is true",
        "continue_final_message = true|sets continue_final_message, which is a parameter of"
            + " transformers",
        "enable-thinking = false|sets \"enable-thinking\", which no template can read as a name",
      })
  void read_kwargThatIsNotFree_saysWhatToDo(String member, String problem) {
    assertThat(file.problemsWith("herd.prompt.chat-template-kwargs { " + member + " }"))
        .contains("run.conf:6  herd.prompt.chat-template-kwargs: " + problem);
  }

  @Test
  void read_kwargsThatAreNoGroup_areRefused() {
    assertThat(file.problemsWith("herd.prompt.chat-template-kwargs = [1]"))
        .contains("chat-template-kwargs: is not a group of values in braces. Allowed: a group");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"name\": \"f\"}|doesn't contain a list of tools",
        "[]|doesn't contain a list of tools",
        "[{\"name\": \"f\"}, {\"function\": {}}]|has a tool (number 2) whose function has no name",
        "[\"f\"]|has a tool (number 1) whose function has no name",
        "[{'name': 'f'}]|isn't JSON: ",
        "[{\"name\": \"f\"}] x|isn't JSON: ",
        "[{\"name\": \"f\", \"n\": NaN}]|isn't JSON: ",
        "' '|is empty. Example of its content: [{\"type\": \"function\"",
      })
  void read_toolsThatAreNone_saysWhy(String json, String problem) throws IOException {
    tools(json);

    assertThat(file.problemsWith(TOOLS))
        .contains(
            "run.conf:6  herd.prompt.tools: the file " + directory + "/tools.json " + problem);
  }

  @Test
  void read_toolsThatCannotBeRead_areRefused() throws IOException {
    assertThat(file.problemsWith(TOOLS)).contains("tools.json can't be read (NoSuchFileException)");
    tools("[{\"name\": \"f\", \"description\": \"" + "x".repeat(1 << 20) + "\"}]");
    assertThat(file.problemsWith(TOOLS)).contains("tools.json is larger than 1 MiB");
    tools("[".repeat(100_000));
    assertThat(file.problemsWith(TOOLS)).contains("tools.json isn't JSON");
  }

  @Test
  void read_argumentsWithoutAChatTemplate_areRefused() throws IOException {
    tools("[{\"name\": \"f\"}]");

    assertThat(
            file.problemsWith(TOOLS + ", herd.prompt { chat = off, chat-template-kwargs.a = 1 }"))
        .contains("herd.prompt.tools: needs a chat template, and herd.prompt.chat is off")
        .contains("herd.prompt.chat-template-kwargs: needs a chat template");
  }

  /** A work-dir of a version without the keys is one without them. */
  @Test
  void deciding_ofArguments_isThereWhereTheyAreSet() throws IOException {
    tools("[{\"name\": \"f\"}]");
    String without = deciding("");

    assertThat(without).doesNotContain("kwargs").doesNotContain("tools");
    assertThat(deciding("herd.prompt.chat-template-kwargs { a = 1 }"))
        .contains("chat-template-kwargs={\"a\":1}")
        .isNotEqualTo(deciding("herd.prompt.chat-template-kwargs { a = 2 }"));
    String first = deciding(TOOLS);
    assertThat(first).contains("tools=[{\"name\":\"f\"}]");
    tools("[ { \"name\" : \"f\" } ]");
    assertThat(deciding(TOOLS)).isEqualTo(first);
    tools("[{\"name\": \"g\"}]");
    assertThat(deciding(TOOLS)).isNotEqualTo(first);
  }

  private String deciding(String addition) {
    return file.read(LEAST + addition).deciding().get("prompt");
  }
}
