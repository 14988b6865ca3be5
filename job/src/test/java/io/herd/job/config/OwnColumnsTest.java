package io.herd.job.config;

import static io.herd.job.config.ConfigurationFile.LEAST;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnColumnsTest {
  private static final String LABELS = "herd.choices = [a, b]\n";

  @TempDir Path directory;
  private ConfigurationFile file;

  @BeforeEach
  void open() {
    file = new ConfigurationFile(directory);
  }

  private OwnColumns columns(String addition, String... overrides) {
    return file.read(LEAST + addition, overrides).columns();
  }

  @Test
  void names_nothingSet_areHerdsWords() {
    assertThat(columns(LABELS).written())
        .containsExactly(
            "label",
            "probability",
            "scores",
            "status",
            "finish_reason",
            "prompt_tokens",
            "completion_tokens",
            "error");
    assertThat(columns(LABELS).note()).isEmpty();
  }

  @Test
  void names_prefixAndRename_leaveTheRenamedWithoutThePrefix() {
    assertThat(
            columns(
                    LABELS
                        + "herd.output.columns { prefix = \"x_\", rename { label = sentiment },"
                        + " select = [error, label] }")
                .names())
        .containsExactly(Map.entry("label", "sentiment"), Map.entry("error", "x_error"));
    assertThat(columns(LABELS, "herd.output.columns.rename.label=topic").written("label"))
        .contains("topic");
  }

  @Test
  void names_goldColumnOfAName_giveWayAndSaySo() {
    OwnColumns columns = columns(LABELS + "herd.gold-column = Label");

    assertThat(columns.written("label")).contains("herd_label");
    assertThat(columns.written("scores")).contains("scores");
    assertThat(columns.note())
        .contains("herd_label for Herd's own label, as herd.gold-column has that name");
    assertThat(columns("herd.gold-column = label").note()).as("completions add none").isEmpty();
  }

  @Test
  void read_namesThatCantBe_areProblems() {
    assertThat(file.problemsWith(LABELS + "herd.output.columns.select = [completion]"))
        .contains(
            "run.conf:7  herd.output.columns.select: holds \"completion\", and the columns that"
                + " this configuration adds are label, probability, scores, status, ");
    assertThat(file.problemsWith(LABELS + "herd.output.columns.rename { lable = x }"))
        .contains(
            "rename: names \"lable\", and the columns that this configuration adds are label");
    assertThat(file.problemsWith(LABELS + "herd.output.columns.rename { label = Status }"))
        .contains("two columns would be named \"status\"");
    assertThat(file.problemsWith(LABELS + "herd.output.columns.rename { label = \" \" }"))
        .contains("gives label a blank name");
    assertThat(
            file.problemsWith(
                LABELS + "herd.output.columns { select = [label], rename { error = why } }"))
        .contains("names error, which herd.output.columns.select omits");
    assertThat(
            file.problemsWith(
                LABELS
                    + "herd.output.columns.select = [label]\n"
                    + "herd.run { publish-partial = true, max-duration = 1h }"))
        .contains("omits status, which marks the pending rows of herd.run.publish-partial");
  }
}
