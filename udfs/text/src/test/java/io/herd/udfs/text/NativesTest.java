package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativesTest {
  @Test
  void require_noFolder_makesAPrivateOne(@TempDir Path directory) throws IOException {
    Path folder = directory.resolve("natives/tokenizers");

    Natives.require(folder);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
  }

  @Test
  void require_folderThatAnyoneCanPrepare_isRefused(@TempDir Path directory) throws IOException {
    Path folder = Files.createDirectory(directory.resolve("natives"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(() -> Natives.require(folder))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("everyone can write")
        .hasMessageContaining("DJL_CACHE_DIR");
  }

  @Test
  void require_fileInTheWay_saysWhatToSet(@TempDir Path directory) throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() -> Natives.require(file.resolve("natives")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("DJL_CACHE_DIR");
  }
}
