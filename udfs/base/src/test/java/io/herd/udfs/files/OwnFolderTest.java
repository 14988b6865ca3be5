package io.herd.udfs.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnFolderTest {
  @TempDir Path directory;
  private Path folder;

  @BeforeEach
  void makeLibrary() throws IOException {
    folder = Files.createDirectories(directory.resolve("above/natives"));
    Files.createDirectory(folder.resolve("1.0"));
    Files.writeString(folder.resolve("1.0/lib.so"), "x");
    for (String each : new String[] {"above", "above/natives", "above/natives/1.0"}) {
      mode(each, "rwxr-xr-x");
    }
    mode("above/natives/1.0/lib.so", "rw-r--r--");
  }

  private void mode(String path, String mode) throws IOException {
    Files.setPosixFilePermissions(directory.resolve(path), PosixFilePermissions.fromString(mode));
  }

  @Test
  void foreign_ownAndClosed_isNobodyElses() throws IOException {
    assertThat(OwnFolder.foreign(folder)).isEmpty();
  }

  @Test
  void foreign_everyoneCanWriteAbove_saysWhere() throws IOException {
    mode("above", "rwxrwxrwx");

    assertThat(OwnFolder.foreign(folder)).contains("everyone can write " + real("above"));
  }

  @Test
  void foreign_everyoneCanWriteALibrary_saysWhich() throws IOException {
    mode("above/natives/1.0/lib.so", "rw-rw-rw-");

    assertThat(OwnFolder.foreign(folder))
        .contains("everyone can write " + real("above/natives/1.0/lib.so"));
  }

  @Test
  void foreign_wideModesInAClosedFolder_areUnreachable() throws IOException {
    mode("above/natives/1.0/lib.so", "rw-rw-rw-");
    mode("above/natives", "rwx------");

    assertThat(OwnFolder.foreign(folder)).isEmpty();
  }

  @Test
  void foreign_linkIntoAFolderOfEveryones_isFollowed() throws IOException {
    mode("above/natives", "rwxrwxrwx");
    Path link = Files.createSymbolicLink(directory.resolve("link"), folder);

    assertThat(OwnFolder.foreign(link)).contains("everyone can write " + real("above/natives"));
  }

  /** Who can replace the link would do so between the look and the use. */
  @Test
  void foreign_linkThatOthersMayReplace_isRefusedThoughItLeadsToAnOwnFolder() throws IOException {
    Files.createDirectory(directory.resolve("open"));
    Path inner = Files.createSymbolicLink(directory.resolve("open/inner"), folder);
    Path outer = Files.createSymbolicLink(directory.resolve("outer"), Path.of("open/inner"));
    mode("open", "rwxrwxrwx");

    assertThat(OwnFolder.foreign(inner)).contains("everyone can write " + real("open"));
    assertThat(OwnFolder.foreign(outer)).contains("everyone can write " + real("open"));
  }

  @Test
  void foreign_linksToEachOther_areNoFolder() throws IOException {
    Path one = Files.createSymbolicLink(directory.resolve("one"), Path.of("other"));
    Files.createSymbolicLink(directory.resolve("other"), Path.of("one"));

    assertThatThrownBy(() -> OwnFolder.foreign(one)).isInstanceOf(FileSystemException.class);
  }

  @Test
  void look_sticky_isLeftAboveAndRefusedItself() throws IOException {
    Files.setAttribute(directory.resolve("above"), "unix:mode", 01777);
    assertThat(OwnFolder.foreign(folder)).isEmpty();

    Files.setAttribute(folder, "unix:mode", 01777);
    assertThat(OwnFolder.foreign(folder)).contains("everyone can write " + real("above/natives"));
  }

  @Test
  void look_ofAnotherUser_saysWhose() throws IOException {
    UserPrincipal someone = () -> "someone";
    UserPrincipal owner = Files.getOwner(folder);
    if (owner.getName().equals("root")) { // root's files are trusted
      Files.setAttribute(folder.resolve("1.0/lib.so"), "unix:uid", 54321);
      assertThat(new OwnFolder(someone).look(folder.toRealPath()))
          .contains(real("above/natives/1.0/lib.so") + " belongs to the user 54321");
    } else {
      assertThat(new OwnFolder(someone).look(folder.toRealPath()).orElseThrow())
          .endsWith(" belongs to the user " + owner.getName());
    }
  }

  private Path real(String path) throws IOException {
    return directory.resolve(path).toRealPath();
  }
}
