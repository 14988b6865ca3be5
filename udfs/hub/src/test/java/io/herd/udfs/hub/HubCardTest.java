package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The licence that a card states, in a folder and in the Hub's answer. */
class HubCardTest {
  @TempDir private Path folder;

  private Optional<String> licence(String readme) throws IOException {
    Files.writeString(folder.resolve("README.md"), readme);
    return ModelCard.of(folder).licence();
  }

  @ParameterizedTest
  @CsvSource({
    "license: llama3.2, llama3.2",
    "license: apache-2.0 # free, apache-2.0",
    "license: other\\nlicense_name: llama4, llama4",
    "license: other, other",
    "licensed: mit,",
    "base: x,",
  })
  void of_readme_isWhatItsFirstLinesSay(String lines, String licence) throws IOException {
    assertThat(licence("---\nlanguage: en\n" + lines.replace("\\n", "\n") + "\n---\n# Model\n"))
        .isEqualTo(Optional.ofNullable(licence));
  }

  @Test
  void of_readmeWithoutCard_isNone() throws IOException {
    assertThat(licence("# Model\nlicense: mit\n")).isEmpty();
    assertThat(licence("---\nlicense: " + "x".repeat(1000) + "\n---\n")).isEmpty();
    Files.delete(folder.resolve("README.md"));
    assertThat(ModelCard.of(folder)).isEqualTo(ModelCard.NONE);
  }

  @Test
  void of_theHubsAnswer_isItsCards() {
    String answer = "{\"license\": \"other\", \"license_name\": \"llama3\"}";
    assertThat(ModelCard.of(JsonParser.parseString(answer).getAsJsonObject()).licence())
        .contains("llama3");
  }
}
