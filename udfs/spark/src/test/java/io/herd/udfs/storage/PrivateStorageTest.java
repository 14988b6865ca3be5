package io.herd.udfs.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateStorageTest {
  @TempDir private Path home;

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void make_onTheLocalDisk_newFoldersAreTheOwnersAlone() throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration());
    Path shared = Files.createDirectory(home.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxr-x"));

    PrivateStorage.make(files, new org.apache.hadoop.fs.Path(shared + "/a/b"));

    assertThat(mode(shared)).isEqualTo("rwxrwxr-x");
    assertThat(mode(shared.resolve("a"))).isEqualTo("rwx------");
    assertThat(mode(shared.resolve("a/b"))).isEqualTo("rwx------");
  }
}
