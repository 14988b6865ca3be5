package io.herd.job.config;

import static io.herd.job.config.ConfigurationFile.LEAST;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShownValuesTest {
  @TempDir Path directory;

  private Map<String, Object> shown(String addition) {
    return new ConfigurationFile(directory).read(LEAST + addition).shown();
  }

  /** Programs read them in {@code run.json}: the JSON files are 0.1.0's, but for what is masked. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "generating",
        "chatting",
        "labels",
        "questions",
        "formats",
        "query",
        "choice",
        "regex",
        "tools",
        "ordered",
        "served",
        "moderating",
        "cascading",
        "truthful",
        "varied"
      })
  void of_settingsOfASample_areWhatTheyWere(String name) throws IOException {
    Settings settings = SettingsMappingTest.read(name);

    assertThat(
            new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .serializeNulls()
                .create()
                .toJson(settings.shown()))
        .isEqualTo(Files.readString(SettingsMappingTest.SAMPLES.resolve(name + ".json")).strip());
  }

  @Test
  void of_anySettings_hasEveryKeyInOrder() {
    List<String> paths = new ArrayList<>();
    collect("herd.", shown(""), paths);

    assertThat(paths).isEqualTo(Keys.ALL.stream().map(Key::path).toList());
  }

  @Test
  void of_settings_isPlainJson() {
    String json =
        new GsonBuilder().serializeNulls().create().toJson(shown("herd.choices = [a, b]"));

    assertThat(json)
        .startsWith("{\"model\":{\"path\":null,\"id\":\"owner/model\",\"revision\":\"main\"")
        .contains("\"choices\":[\"a\",\"b\"],\"choices-column\":null")
        .contains("\"format\":{\"regex\":null")
        .contains("\"checkpoint\":{\"rows\":\"auto\",\"every\":\"auto\"}")
        .contains("\"abstain-below\":0.0,\"multi\":false,\"question\":null")
        .contains("\"slots\":\"auto\"");
  }

  @Test
  void of_choicesWithOtherTexts_hasBoth() {
    assertThat(shown("herd.choices = [a, { value = b, text = \" c\" }]").get("choices"))
        .isEqualTo(List.of("a", Map.of("value", "b", "text", " c")));
  }

  @Test
  void of_optionsWithSecrets_areMasked() {
    Map<String, Object> shown =
        shown(
            """
            herd.input.options {
              user = ann, password = p1, fs.s3a.access.key = p2, fs.s3a.secret.key = p3, sfTOKEN = p4
              url = "jdbc:postgresql://ann:p@5@host/db?user=ann&password=p6&ssl=true"
            }
            herd.output.options.awsAccessKeyId = p7
            herd.output.path = "s3a://ann:p8@bucket/out"
            """);

    assertThat(shown.toString()).doesNotContainPattern("p@?[1-8]");
    assertThat(shown.toString())
        .contains("user=ann")
        .contains("url=jdbc:postgresql://****@host/db?user=ann&password=****&ssl=true")
        .contains("s3a://****@bucket/out");
  }

  private static void collect(String prefix, Map<?, ?> group, List<String> paths) {
    group.forEach(
        (name, value) -> {
          String path = prefix + name;
          if (Keys.groups().contains(path)) {
            collect(path + ".", (Map<?, ?>) value, paths);
          } else {
            paths.add(path);
          }
        });
  }
}
