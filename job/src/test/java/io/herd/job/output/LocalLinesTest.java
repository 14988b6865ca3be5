package io.herd.job.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that appear complete or not at all. */
class LocalLinesTest {
  @TempDir Path directory;
  private LocalLines lines;

  @BeforeEach
  void makeLines() {
    lines = LocalLines.named(directory.resolve("look.jsonl"));
  }

  private long names() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.count();
    }
  }

  @Test
  void write_killedBetweenTwoLines_leavesNoFileAndIsRepeated() throws IOException {
    assertThatThrownBy(
            () ->
                lines.write(
                    out -> {
                      out.write("one\n");
                      out.flush();
                      throw new LinkageError("no handler runs, as after a kill");
                    }))
        .isInstanceOf(LinkageError.class);
    assertThat(lines.file()).doesNotExist();

    lines.write(
        out -> {
          out.write("one\ntwo\n");
          return 2;
        });

    assertThat(lines.file()).hasContent("one\ntwo\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lines.file())))
        .isEqualTo("rw-------");
  }

  @Test
  void write_failsOrIsTaken_leavesNothingOfItsOwn() throws IOException {
    assertThatThrownBy(
            () ->
                lines.write(
                    out -> {
                      throw new IllegalStateException("no rows");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(names()).isZero();

    assertThatThrownBy(
            () ->
                lines.write(
                    out -> {
                      Files.writeString(lines.file(), "another's");
                      return 0;
                    }))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is there already");
    assertThat(lines.file()).hasContent("another's");
    assertThat(names()).isEqualTo(1);
  }
}
