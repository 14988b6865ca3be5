package io.herd.job.config;

import static io.herd.job.config.ConfigurationFile.LEAST;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemsTest {
  private static final String TOKEN = "hf_" + "abcdefgh12345678";

  @TempDir Path directory;
  private ConfigurationFile file;

  @BeforeEach
  void open() {
    file = new ConfigurationFile(directory);
  }

  @Test
  void read_manyProblems_areOneMessageInTheOrderOfTheFile() {
    String text =
        """
        herd {
          modl { id = "owner/model" }
          input { format = json, path = "in.jsonl" }
          prompt { column = "text", chat = of }
          generate.max-new-tokens = many
          output { path = "out", mode = replace }
        }
        """;
    assertThat(file.problems(text, "herd.run.work-dir=out", "herd.run.checkpoint.every=60"))
        .isEqualTo(
            """
            7 problems in the configuration run.conf:
              1. run.conf:2  herd.modl: no such key. Did you mean herd.model?
              2. run.conf:4  herd.prompt.chat: "of" is not one of its values. Allowed: auto, on, off. Example: chat = on
              3. run.conf:5  herd.generate.max-new-tokens: "many" is not a whole number. Allowed: a whole number of tokens, 1 or more. Example: max-new-tokens = 64
              4. run.conf:6  herd.output.mode: "replace" is not one of its values. Allowed: errorifexists, overwrite, append. Example: mode = overwrite
              5. run.conf  needs exactly one of herd.model.path, herd.model.id. Example: path = "/models/llama-1b"
              6. override  herd.run.checkpoint.every: "60" is not a time with its unit. Allowed: auto, or a time of 1s or more, with its unit: s, m, h or d. Example: every = 60s
              7. override  herd.run.work-dir: is the same as herd.output.path (%s/out), so writing the output could delete the results. Choose another directory
              What to do: correct them and start again; conf/reference.conf explains every key.\
            """
                .formatted(directory));
  }

  @ParameterizedTest
  @CsvSource({
    "herd.model.pth, herd.model.path",
    "herd.generate.maxNewTokens, herd.generate.max-new-tokens",
    "herd.generate.max_new_tokens, herd.generate.max-new-tokens",
    "herd.generate.max-tokens, herd.generate.max-new-tokens",
    "herd.generate.choices, herd.choices",
    "herd.model.slots, herd.engine.slots",
    "herd.run.workdir, herd.run.work-dir",
    "herd.goldcolumn, herd.gold-column",
    "herd.outputs, herd.output"
  })
  void read_unknownKey_namesTheNearest(String unknown, String nearest) {
    assertThat(file.problemsWith(unknown + " = 1"))
        .contains("run.conf:6  " + unknown + ": no such key. Did you mean " + nearest + "?");
  }

  @Test
  void read_unknownKeyLikeNoOther_listsTheKeysOfItsGroup() {
    assertThat(file.problemsWith("herd.engine.kitchen-sink = 1"))
        .contains(
            "herd.engine.kitchen-sink: no such key. Keys of herd.engine: kind, url, model, slots,"
                + " memory, max-length, threads, lanes, lookup, step-timeout, deterministic");
  }

  @Test
  void read_groupAsValue_listsItsKeys() {
    assertThat(file.problems(LEAST.replace("herd.prompt.column = \"text\"", "herd.prompt = text")))
        .contains("run.conf:3  herd.prompt: is a group of keys, not a value. Keys of herd.prompt:");
  }

  @ParameterizedTest
  @CsvSource({"HERD { x = 1 }, HERD", "Herd.x = 1, Herd", "MODEL.path = x, MODEL"})
  void read_groupInCapitals_isAProblem(String line, String name) {
    assertThat(file.problemsWith(line))
        .contains("run.conf:6  " + name + ": is outside the group herd. Write it as herd { ... }");
  }

  @ParameterizedTest
  @CsvSource({
    "include \"missing.conf\", missing.conf",
    "include \"missing\", missing",
    "include file(\"/nowhere/missing.conf\"), /nowhere/missing.conf"
  })
  void read_includeOfNoFile_isAProblem(String line, String name) {
    assertThat(file.problemsWith(line))
        .contains("run.conf  include \"" + name + "\": there is no such file. Correct its name");
  }

  /** The first would be asked at once, and a device or a pipe be read for ever. */
  @ParameterizedTest
  @CsvSource({
    "include url(\"http://127.0.0.1:1/x.conf\"), only files can be included",
    "include \"http://127.0.0.1:1/x.conf\", only files can be included",
    "include \"HTTPS://me:hidden@127.0.0.1:1/x\", only files can be included",
    "include url(\"file:/etc/hostname\"), only files can be included",
    "include \"jar:file:/x.jar!/y\", only files can be included",
    "include required(url(\"http://127.0.0.1:1/x\")), only files can be included",
    "include file(\"/dev/zero\"), is not a file",
    "include \"/dev/zero\", is not a file",
    "include \"/\", is not a file"
  })
  @Timeout(10)
  void read_includeOfNoPlainFile_isAProblem(String line, String problem) {
    assertThat(file.problemsWith(line)).contains(problem).doesNotContain("hidden");
  }

  @Test
  @Timeout(10)
  void read_includeOfItself_isAProblem() {
    assertThat(file.problemsWith("include \"run.conf\"")).contains("run.conf");
  }

  @Test
  void read_includeOfAFileWithNothingInIt_isFine() throws IOException {
    Files.writeString(directory.resolve("empty.conf"), "# later\n");
    assertThat(file.problemsWith("include \"empty.conf\"\ninclude \"empty\""))
        .isEqualTo("no problem");
  }

  @Test
  void read_groupOutsideHerd_isAProblem() {
    assertThat(file.problemsWith("model.path = x\nhred.x = 1\nmine.x = 2"))
        .contains("run.conf:6  model: is outside the group herd. Write it as herd { ... }")
        .contains("run.conf:7  hred: is outside the group herd.")
        .doesNotContain("mine");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "generate.max-new-tokens = 0|0 is too small. Allowed: a whole number of tokens, 1 or more",
        "generate.max-new-tokens = 1.5|1.5 is not a whole number",
        "generate.max-new-tokens = 3000000000|3000000000 is too large",
        "generate.max-new-tokens = [1]|is a list, and one value is wanted",
        "generate.temperature = -0.1|-0.1 is too small. Allowed: a number, 0 or more",
        "generate.temperature = NaN|\"NaN\" is not a number",
        "generate.ignore-eos = 1|\"1\" is neither true nor false",
        "generate.stop = end|is not a list. Allowed: a list of texts. Example: stop = [\"\\n\\n\"]",
        "generate.stop = [\"\"]|holds an empty text",
        "generate.stop = [null]|holds null",
        "run.max-failed-fraction = 1.5|1.5 is too large. Allowed: a number from 0 to 1",
        "run.checkpoint.rows = 0|0 is too small. Allowed: auto, or a whole number of rows, 1 or"
            + " more",
        "run.checkpoint.every = 500ms|500ms is too short. Allowed: auto, or a time of 1s or more",
        "run.checkpoint.every = 3 parsecs|\"3 parsecs\" is not a time with its unit",
        "engine.slots = 0|0 is too small. Allowed: auto, or a whole number of prompts, 1 or more",
        "prompt.date = \" \"|is blank; omit the key for its default",
        "model.id = /models/x|\"/models/x\" is not a name on the Hub",
        "model.id = a--b/c|\"a--b/c\" is not a name on the Hub",
        "input.path = \"~/x\"|\"~/x\" starts with ~, which is not expanded here",
        "input.options = 3|is not a group of options in braces",
        "input.options.a = [1]|option a is a list, and one value is wanted",
        "choices = [a, \" \"]|holds a blank label",
        "choices = [a, \" a\"]|holds the label \"a\" twice",
        "choices = [{ value = a }]|holds a group with the keys [value], not value and text",
        "choices = [{ value = a, text = [1] }]|is a list, and one value is wanted",
        "choices = [a, { value = a, text = b }]|holds the label \"a\" twice",
        "choices = [{ value = a, text = c }, { value = b, text = c }]|holds the label \"c\" twice",
        "labelling.normalize = tokens|\"tokens\" is not one of its values. Allowed: none, length",
        "labelling.abstain-below = 2|2 is too large. Allowed: a number from 0 to 1",
        "output.partition-by = [a, b, a]|holds the column \"a\" twice",
      })
  void read_badValue_saysWhatIsAllowed(String line, String message) {
    assertThat(file.problemsWith("herd." + line)).contains("run.conf:6  herd.").contains(message);
  }

  @Test
  void read_token_isMaskedAndSaidOnce() {
    String message =
        file.problemsWith("# " + TOKEN + "\nherd.generate.seed = " + TOKEN, "a=" + TOKEN);

    assertThat(message)
        .contains("run.conf:6  holds what looks like a Hugging Face token (hf_****).")
        .contains("run.conf:7  holds what looks like")
        .contains("override  holds what looks like")
        .contains("run.conf:7  herd.generate.seed: \"hf_****\" is not a whole number")
        .doesNotContain(TOKEN);
  }

  @Test
  void read_tokenInAnIncludedFile_isFound() throws IOException {
    Files.writeString(directory.resolve("more.conf"), "herd.prompt.system = " + TOKEN);

    assertThat(file.problemsWith("include \"more.conf\""))
        .contains("more.conf:1  holds what looks like")
        .doesNotContain(TOKEN);
  }
}
