package io.herd.udfs.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFolderTest {
  @TempDir private Path home;

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void make_newFolders_areTheOwnersAlone() throws IOException {
    PrivateFolder.make(home.resolve("a/b"));

    assertThat(mode(home.resolve("a"))).isEqualTo("rwx------");
    assertThat(mode(home.resolve("a/b"))).isEqualTo("rwx------");
  }

  @Test
  void make_folderThatIsThere_keepsItsMode() throws IOException {
    Path shared = Files.createDirectory(home.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxr-x"));
    Path link = Files.createSymbolicLink(home.resolve("link"), shared);

    PrivateFolder.make(shared);
    PrivateFolder.make(link);

    assertThat(mode(shared)).isEqualTo("rwxrwxr-x");
  }
}
