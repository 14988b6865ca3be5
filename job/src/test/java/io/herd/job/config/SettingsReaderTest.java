package io.herd.job.config;

import static io.herd.job.config.ConfigurationFile.LEAST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
  @TempDir Path directory;
  private ConfigurationFile file;

  @BeforeEach
  void open() {
    file = new ConfigurationFile(directory);
  }

  @Test
  void read_relativePaths_areTakenFromTheCallersDirectory() {
    Settings settings =
        file.read(
            LEAST, "herd.model.id=null", "herd.model.path=../models/m", "herd.run.work-dir=a b/c");

    assertThat(settings.model().path()).contains(directory.resolveSibling("models/m"));
    assertThat(settings.input().path()).contains(directory + "/in.jsonl");
    assertThat(settings.output().path()).contains(directory + "/out");
    assertThat(settings.run().workDir()).isEqualTo(directory + "/a b/c");
  }

  @Test
  void read_fileElsewhere_doesNotMoveRelativePaths(@TempDir Path elsewhere) throws IOException {
    Path conf = Files.writeString(elsewhere.resolve("x.conf"), LEAST);

    Settings settings = SettingsReader.read(conf, List.of(), directory);

    assertThat(settings.output().path()).contains(directory + "/out");
  }

  @Test
  void read_uris_areLeftAlone() {
    Settings settings =
        file.read(
            LEAST,
            "herd.input.path=s3a://bucket/in/*.jsonl",
            "herd.output.path=file:/tmp/out",
            "herd.run.work-dir=hdfs:///w/");

    assertThat(settings.input().path()).contains("s3a://bucket/in/*.jsonl");
    assertThat(settings.output().path()).contains("file:/tmp/out");
    assertThat(settings.run().workDir()).isEqualTo("hdfs:///w/");
  }

  @Test
  void read_modelAsFileUri_isThatDirectory() {
    Settings settings =
        file.read(LEAST, "herd.model.id=null", "herd.model.path=file:///models/a b");

    assertThat(settings.model().path()).contains(Path.of("/models/a b"));
  }

  @Test
  void read_sqlInput_needsNoFormat() {
    Settings settings =
        file.read(
            LEAST,
            "herd.input.path=null",
            "herd.input.format=null",
            "herd.input.sql=SELECT 1 AS text WHERE 'a' = \"a\" # all");

    assertThat(settings.input().sql()).contains("SELECT 1 AS text WHERE 'a' = \"a\" # all");
    assertThat(settings.input().format()).isEmpty();
  }

  @Test
  void read_namesBesideHerd_canBeSubstituted() {
    Settings settings = file.read("base = /data\n" + LEAST + "herd.input.path = ${base}/x.json");

    assertThat(settings.input().path()).contains("/data/x.json");
  }

  @Test
  void read_javasSystemProperties_doNotCount() {
    System.setProperty("herd.generate.max-new-tokens", "7");
    try {
      assertThat(file.read(LEAST).generate().maxNewTokens()).isEqualTo(64);
    } finally {
      System.clearProperty("herd.generate.max-new-tokens");
    }
  }

  @Test
  void read_environment_countsWhereTheFileNamesIt() {
    Settings settings = file.read(LEAST + "herd.gold-column = ${?PATH}");

    assertThat(settings.goldColumn()).contains(System.getenv("PATH"));
  }

  @Test
  void read_unsetEnvironment_leavesTheKeyUnset() {
    assertThat(file.read(LEAST + "herd.gold-column = ${?HERD_NO_SUCH}").goldColumn()).isEmpty();
  }

  @Test
  void read_missingFile_isSaidWithThePlaceLookedAt() {
    assertThatThrownBy(() -> SettingsReader.read(Path.of("no.conf"), List.of(), directory))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "There is no configuration file no.conf (looked at %s/no.conf).\n".formatted(directory)
                + "  What to do: give the path of a file; relative paths are taken from the"
                + " current directory.");
  }

  @Test
  void read_brokenSyntax_isSaidWithItsLine() {
    assertThat(file.problems("herd {\n  model = {\n"))
        .startsWith("1 problem in")
        .contains("run.conf:");
  }

  @Test
  void read_unresolvedSubstitution_isSaidWithItsLine() {
    assertThat(file.problemsWith("herd.gold-column = ${nothing}"))
        .contains(
            "run.conf:6  can't be read: Could not resolve substitution to a value: ${nothing}");
  }
}
