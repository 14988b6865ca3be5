package io.herd.udfs.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedFileTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("config.json");
  }

  @Test
  void text_upToTheBound_isRead() throws IOException {
    Files.write(file, new byte[] {'a', (byte) 0xff, 'b'});
    assertThat(BoundedFile.text(file, 3)).isEqualTo("a\uFFFDb");
  }

  @Test
  void text_hugeFile_isRefusedWithoutBeingRead() throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    assertThatThrownBy(() -> BoundedFile.text(file, 1 << 20))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file + " is larger than the 1 MiB");
  }

  @Test
  void text_noRegularFile_isAnError() {
    assertThatThrownBy(() -> BoundedFile.text(folder, 9))
        .isInstanceOf(IOException.class)
        .hasMessage(folder + " is not a regular file");
    assertThatThrownBy(() -> BoundedFile.text(file, 9)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> BoundedFile.text(Path.of("/dev/zero"), 9))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "1", "{", "{\"a\": }", "\u0000"})
  void json_noObject_namesTheFile(String text) throws IOException {
    Files.writeString(file, text);
    assertThatThrownBy(() -> BoundedFile.json(file, 100, "get it again."))
        .isInstanceOf(UserException.class)
        .hasMessage(file + " is not a JSON object\n  What to do: get it again.");
  }

  @Test
  void json_nestedDeeply_isNoStackOverflow() throws IOException {
    Files.writeString(file, "{\"a\":".repeat(200_000));
    assertThatThrownBy(() -> BoundedFile.json(file, 1 << 20, "get it again."))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is not a JSON object");
  }
}
