package io.herd.job.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorrectionsTest {
  private static final Path SEEDS =
      Path.of(
          "src/test/resources/io/herd/job/review/CorrectionsFuzzTestInputs",
          "corrections_anyBytes_areReadOrRefused");

  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("look"), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"key": "k1", "why": "random", "right": "positive", "row": {"text": "a\\nb"}}

        {"key": "k2", "right": ""}
        {"right": 7, "key": "k3", "probability": 0.5}
        """,
        "why,key,row,right\nrandom,k1,\"a\nb\", positive \n,k2,,\n,k3,x,7\n",
        "\uFEFFkey;right;why\r\nk1;positive;random\r\nk2;;\r\n\"k3\";\"7\";\r\n"
      })
  void read_linesOrTable_takesRowsWithARightLabel(String text) throws IOException {
    Corrections read = Corrections.read(file(text));

    assertThat(read.lines()).isEqualTo(3);
    assertThat(read.rows()).containsOnlyKeys("k1", "k3");
    assertThat(read.rows().get("k1").label()).isEqualTo("positive");
    assertThat(read.rows().get("k1").why()).isEqualTo("random");
    assertThat(read.rows().get("k3").label()).isEqualTo("7");
  }

  @Test
  void read_badLines_areNamedByTheirNumbers() throws IOException {
    String text =
        """
        {"key": "k1", "right": "a"}
        {"key": "k2", "right": ["a"]}
        [1]
        {"key": "k1", "right": "b"}
        {"right": "b"}
        {"key": "k5", "right": "%s"}
        """
            .formatted("x".repeat(1001));

    assertThatThrownBy(() -> Corrections.read(file(text)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "has 5 lines that can't be taken: line 2 is not a JSON object; line 3 is")
        .hasMessageContaining(
            "line 4 contradicts line 1, which has the same key; line 5 has no key")
        .hasMessageContaining("line 6 has a label of more than 1,000 characters");
    assertThatThrownBy(() -> Corrections.read(file("key,label\nk,a\n")))
        .hasMessageContaining("line 1 lacks the columns key and right");
    assertThatThrownBy(() -> Corrections.read(file("key,right\nk1,a\n,b\n")))
        .hasMessageContaining("line 3 has no key");
  }

  @Test
  void read_manyBadLines_namesTheFirst() throws IOException {
    assertThatThrownBy(() -> Corrections.read(file("{}\n".repeat(5_000))))
        .hasMessageContaining("has 5,000 lines")
        .hasMessageContaining("line 20 ")
        .hasMessageContaining("; and 4,980 more")
        .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(2_000));
  }

  @Test
  void read_hugeFileDeepJsonOrWideTable_isRefusedSoon() throws IOException {
    Path huge = folder.resolve("huge");
    try (RandomAccessFile sparse = new RandomAccessFile(huge.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    assertThatThrownBy(() -> Corrections.read(huge))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is larger than the 64 MiB");
    assertThatThrownBy(() -> Corrections.read(file("{\"key\":" + "[".repeat(1_000_000))))
        .hasMessageContaining("line 1 is not a JSON object");
    assertThatThrownBy(() -> Corrections.read(file("key,right" + ",x".repeat(100_000))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("line 1 has a cell");
    assertThatThrownBy(() -> Corrections.read(file("key,right\n\"" + "x".repeat(2_000_000))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has a cell of more than a million characters");
    assertThatThrownBy(() -> Corrections.read(folder)).isInstanceOf(UserException.class);
  }

  /** Without the fuzzer. */
  @Test
  void corrections_seeds_areReadOrRefused() throws IOException {
    try (Stream<Path> files = Files.list(SEEDS)) {
      List<Path> seeds = files.sorted().toList();
      assertThat(seeds).hasSizeGreaterThan(4);
      seeds.forEach(CorrectionsFuzzTest::read);
    }
  }
}
