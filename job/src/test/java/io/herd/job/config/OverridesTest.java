package io.herd.job.config;

import static io.herd.job.config.ConfigurationFile.LEAST;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.sample.Labelling;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverridesTest {
  @TempDir Path directory;
  private ConfigurationFile file;

  @BeforeEach
  void open() {
    file = new ConfigurationFile(directory);
  }

  @Test
  void override_ofText_isTakenAsItStands() {
    Settings settings =
        file.read(
            LEAST,
            "herd.prompt.column=null",
            "herd.prompt.template=Review: {{ text }} # \"a\" and \"b\" ${x} = 1,",
            "herd.gold-column=007");

    assertThat(settings.prompt().template())
        .isEqualTo("Review: {{ text }} # \"a\" and \"b\" ${x} = 1,");
    assertThat(settings.goldColumn()).contains("007");
  }

  @Test
  void override_ofTextInQuotes_isUnquoted() {
    Settings settings = file.read(LEAST, "herd.prompt.system=\"One\\ntwo\"");

    assertThat(settings.prompt().system()).isEqualTo("One\ntwo");
  }

  @Test
  void override_ofEmptyText_isRefusedWithAndWithoutQuotes() {
    for (String key : List.of("run.work-dir", "output.path", "output.table", "input.table")) {
      for (String empty : List.of("", "\"\"", "\" \"")) {
        assertThat(file.problems(LEAST, "herd." + key + "=" + empty))
            .contains("herd." + key + ": is blank; omit the key for its default");
      }
    }
  }

  /** A query over thousands of columns is one, and mustn't be matched by recursion. */
  @Test
  void override_ofLongText_isUnquoted() {
    String text = "a \\\"".repeat(50_000);
    Settings settings = file.read(LEAST, "herd.prompt.system=\"" + text + "\"");

    assertThat(settings.prompt().system()).hasSize(150_000);
  }

  @Test
  void override_ofOtherTypes_isHocon() {
    Settings settings =
        file.read(
            LEAST,
            "herd.choices=[\" positive\",\" negative\"]",
            "herd.run.checkpoint.every=5m",
            "herd.engine.slots=auto",
            "herd.output.mode=append");

    assertThat(settings.labelling()).isEqualTo(Labelling.of(" positive", " negative"));
    assertThat(settings.run().checkpointEvery()).contains(Duration.ofMinutes(5));
    assertThat(settings.engine().slots()).isEmpty();
    assertThat(settings.output().mode()).isEqualTo(Settings.Mode.APPEND);
  }

  @Test
  void override_ofOneOption_leavesTheOthers() {
    Settings settings =
        file.read(
            LEAST + "herd.input.options { header = true, sep = \",\" }",
            "herd.input.options.sep=;",
            "herd.input.options.a.b=1");

    assertThat(settings.input().options())
        .isEqualTo(Map.of("header", "true", "sep", ";", "a.b", "1"));
  }

  @Test
  void override_ofOneOptionInQuotes_isUnquoted() {
    Settings settings =
        file.read(
            LEAST,
            "herd.input.options.sep=\"\\t\"",
            "herd.input.options.quote=\"",
            "herd.input.options.n=1");

    assertThat(settings.input().options()).isEqualTo(Map.of("sep", "\t", "quote", "\"", "n", "1"));
  }

  @Test
  void override_givenTwice_theLastCounts() {
    Settings settings = file.read(LEAST, "herd.generate.seed=1", "herd.generate.seed=2");

    assertThat(settings.generate().seed()).isEqualTo(2);
  }

  @Test
  void override_withAWrongValue_isSaidWithItsOrigin() {
    assertThat(file.problemsWith("", "herd.generate.max-new-tokens=many"))
        .contains("override  herd.generate.max-new-tokens: \"many\" is not a whole number.");
  }

  @Test
  void override_withoutHerd_isTheNearestKey() {
    assertThat(file.problemsWith("", "model.path=/m", "herd.modle.path=/m", "--verbose", "=x"))
        .contains("override  model.path: no such key. Did you mean herd.model.path?")
        .contains("override  herd.modle.path: no such key. Did you mean herd.model.path?")
        .contains("override  \"--verbose\" is not key=value.")
        .contains("override  \"=x\" is not key=value.");
  }

  @Test
  void override_withBadCharacters_isSaid() {
    assertThat(file.problemsWith("", "herd.input.options.a..b=1"))
        .contains("override  herd.input.options.a..b: not a key");
  }
}
