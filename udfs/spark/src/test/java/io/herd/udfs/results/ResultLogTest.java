package io.herd.udfs.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultLogTest extends ResultFolder {
  private static final ResultWriter.Flush TWO = new ResultWriter.Flush(2, Duration.ofSeconds(30));

  @Test
  void append_fewerThanTheFlush_areNotVisible() throws IOException {
    try (ResultWriter writer = log.writer(hadoop, "a", 3, 7, TWO)) {
      writer.append(ok("k1"));
      assertThat(visible()).isEmpty();
      writer.append(ok("k2"));
      assertThat(visible()).containsExactly("a-00003-7-00000.jsonl");
      writer.append(ok("k3"));
      assertThat(visible()).hasSize(1);
    }
    assertThat(visible()).containsExactly("a-00003-7-00000.jsonl", "a-00003-7-00001.jsonl");
    assertThat(Files.readString(folder.resolve("a-00003-7-00001.jsonl")))
        .isEqualTo(
            "{\"key\":\"k3\",\"completion\":\"text of k3\",\"status\":\"ok\","
                + "\"finish_reason\":\"stop\",\"completion_tokens\":3}\n");
  }

  @Test
  void close_nothingAppended_leavesNoFile() throws IOException {
    log.writer(hadoop, "a", 3, 7, TWO).close();
    assertThat(visible()).isEmpty();
  }

  @Test
  void keys_ofEarlierAttempts_areThoseOfTheSamePartitionAndStage() throws IOException {
    assertThat(log.keys(hadoop, "a", 3)).isEmpty();
    write("a", 3, 1, "k1", "k2", "k3");
    write("a", 3, 2, "k4");
    write("a", 33, 1, "other partition");
    write("ab", 3, 1, "other stage");
    Files.writeString(folder.resolve("_a-00003-9-00000.jsonl.tmp"), "{\"key\":\"half");
    assertThat(log.keys(hadoop, "a", 3)).containsExactlyInAnyOrder("k1", "k2", "k3", "k4");
  }

  @Test
  void writer_partitionsBeyondTheFirst_haveFoldersBelow() throws IOException {
    write("a", 255, 1, "k255");
    write("a", 256, 1, "k256");
    write("a", 70_000, 1, "k70000");

    assertThat(visible()).containsExactly("a-00255-1-00000.jsonl", "p00001", "p00273");
    assertThat(folder.resolve("p00001/a-00256-1-00000.jsonl")).exists();
    assertThat(log.keys(hadoop, "a", 256)).containsExactly("k256");
    assertThat(log.keys(hadoop, "a", 70_000)).containsExactly("k70000");
    assertThat(log.keys(hadoop, "a", 511)).isEmpty();
  }

  private void write(String stage, int partition, long attempt, String... keys) {
    try (ResultWriter writer = log.writer(hadoop, stage, partition, attempt, TWO)) {
      for (String key : keys) {
        writer.append(ok(key));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "two\nlines\r\n",
        "\"quoted\" and \\ and '",
        "\uD83D\uDE00 emoji",
        "half \uD83D of one",
        "\uDE00",
        "\uD83D\uD83D\uDE00",
        "\u0000\u001f\u007f\u2028\u2029\uFFFD\uFEFF",
        "<b>&amp;</b>",
        ""
      })
  void append_anyText_comesBack(String text) throws IOException {
    try (ResultWriter writer = log.writer(hadoop, "a", 3, 7, TWO)) {
      writer.append(completed("k", text));
    }
    List<String> lines = Files.readAllLines(folder.resolve("a-00003-7-00000.jsonl"));
    assertThat(lines).hasSize(1);
    assertThat(Result.JSON.fromJson(lines.get(0), Result.class).completion()).isEqualTo(text);
  }

  @Test
  void append_label_hasEveryScore() throws IOException {
    Result label = Result.labelled("k", "yes", 0.75, Map.of("yes", 0.75, "no", 0.25), "choice");
    try (ResultWriter writer = log.writer(hadoop, "a", 3, 7, TWO)) {
      writer.append(label);
    }
    String line = Files.readString(folder.resolve("a-00003-7-00000.jsonl"));
    assertThat(Result.JSON.fromJson(line, Result.class)).isEqualTo(label);
  }

  @Test
  void append_notANumber_isRefusedAndTheRestIsWritten() throws IOException {
    Result broken = Result.labelled("k1", "yes", Double.NaN, Map.of("yes", Double.NaN), "choice");
    try (ResultWriter writer = log.writer(hadoop, "a", 3, 7, TWO)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> writer.append(broken))
          .withMessageContaining("NaN is not a valid double value");
      writer.append(ok("k2"));
    }
    assertThat(log.keys(hadoop, "a", 3)).containsExactly("k2");
  }
}
