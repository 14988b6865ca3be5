package io.herd.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.grammar.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatKeysTest {
  private static final String JSON =
      "{\"type\":\"object\",\"required\":[\"stars\"],\"properties\":{"
          + "\"why\":{\"type\":[\"string\",\"null\"],\"maxLength\":80},"
          + "\"stars\":{\"enum\":[1,2,null]}}}";

  @TempDir Path directory;
  private ConfigurationFile file;

  @BeforeEach
  void open() {
    file = new ConfigurationFile(directory);
  }

  private Format read(String format, String... overrides) {
    return file.read(ConfigurationFile.LEAST + format, overrides).generate().format();
  }

  @Test
  void read_noKey_isNoFormat() {
    assertThat(read("")).isNull();
    assertThat(read("herd.format.choice = []")).isNull();
  }

  @Test
  void read_regexAndChoice_areTakenAsTheyAre() {
    assertThat(read("herd.format.regex = \"[A-Z]{2}-\\\\d+\""))
        .isEqualTo(Format.regex("[A-Z]{2}-\\d+"));
    assertThat(read("herd.format.choice = [\" yes\", no]"))
        .isEqualTo(Format.choice(List.of(" yes", "no")));
    assertThat(read("", "herd.format.regex=a|b")).isEqualTo(Format.regex("a|b"));
  }

  @Test
  void read_schemaInPlace_keepsTheOrderOfItsLines() {
    Format format =
        read(
            """
            herd.format.json-schema {
              type = object
              required = [stars]
              properties {
                why { type = [string, null], maxLength = 80 }
                stars { enum = [1, 2, null] }
              }
            }
            """);
    String sorted =
        JSON.replace(
            "\"type\":[\"string\",\"null\"],\"maxLength\":80",
            "\"maxLength\":80,\"type\":[\"string\",null]");
    assertThat(format).isEqualTo(Format.jsonSchema(sorted));
  }

  @Test
  void read_schemaAsTextOrFile_isTheTextItself() throws IOException {
    assertThat(read("herd.format.json-schema = \"\"\"" + JSON + "\"\"\""))
        .isEqualTo(Format.jsonSchema(JSON));
    Files.writeString(directory.resolve("review.json"), JSON);
    assertThat(read("herd.format.json-schema = review.json")).isEqualTo(Format.jsonSchema(JSON));
    assertThat(read("", "herd.format.json-schema=review.json")).isEqualTo(Format.jsonSchema(JSON));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "regex = \"(a\"|herd.format.regex: the regular expression (a has a ( without its ) at character 2.",
        "json-schema { type = array, contains { const = 1 } }|herd.format.json-schema: at #: contains is not supported",
        "json-schema = nowhere.json|herd.format.json-schema: the file",
        "json-schema = []|herd.format.json-schema: is a list, and one value is wanted. Allowed: a JSON schema",
        "choice = [\"\"]|herd.format.choice: holds an empty text",
        "regexp = a|herd.format.regexp: no such key. Did you mean herd.format.regex?",
      })
  void read_badFormat_isSaidWithItsPlace(String line, String message) {
    assertThat(file.problemsWith("herd.format { " + line + " }"))
        .startsWith("1 problem")
        .contains("run.conf:6  " + message);
  }

  @ParameterizedTest
  @CsvSource({"min-new-tokens, 1", "ignore-eos, true", "stop, [a]"})
  void read_whatElseEndsTexts_isAContradiction(String key, String value) {
    assertThat(file.problemsWith("herd { format.regex = a, generate." + key + " = " + value + " }"))
        .startsWith("1 problem")
        .contains(
            "herd.generate."
                + key
                + ": does nothing with herd.format.regex: the format decides where a completion ends");
  }

  @Test
  void read_twoFormatsOrLabels_isAContradiction() {
    assertThat(file.problemsWith("herd.format { regex = a, choice = [b] }"))
        .contains("herd.format.regex, herd.format.choice: only one of them can be set");
    assertThat(file.problemsWith("herd { choices = [a, b], format.choice = [b] }"))
        .contains("herd.format.choice: does nothing with herd.choices");
  }

  @Test
  void shown_format_isAsItWasRead() {
    Settings settings = file.read(ConfigurationFile.LEAST + "herd.format.choice = [a]");
    assertThat(settings.shown().get("format"))
        .isInstanceOfSatisfying(
            Map.class, format -> assertThat(format.get("choice")).isEqualTo(List.of("a")));
  }
}
