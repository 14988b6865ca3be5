package io.herd.udfs.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside what Hadoop's own does. */
class LocalFilesTest {
  private final Configuration hadoop = new Configuration();
  @TempDir private java.nio.file.Path folder;
  private FileSystem files;
  private FileSystem hadoops;

  @BeforeEach
  void open() throws IOException {
    hadoop.setClass("fs.file.impl", LocalFileSystem.class, FileSystem.class);
    hadoops = FileSystem.newInstance(folder.toUri(), hadoop);
    hadoop.setClass("fs.file.impl", LocalFiles.class, FileSystem.class);
    files = FileSystem.newInstance(folder.toUri(), hadoop);
    assertThat(files).isInstanceOf(LocalFiles.class);
    assertThat(hadoops).isNotInstanceOf(LocalFiles.class);
  }

  private Path path(String name) {
    return new Path(folder.resolve(name).toUri());
  }

  private static FsPermission mode(FileSystem files, Path path) throws IOException {
    return files.getFileStatus(path).getPermission();
  }

  @ParameterizedTest
  @ValueSource(strings = {"644", "600", "755", "700", "000", "777", "124", "1777"})
  void setPermission_anyMode_isWhatHadoopSets(String octal) throws IOException {
    Path one = path("one");
    Path other = path("other");
    files.mkdirs(one);
    hadoops.mkdirs(other);

    files.setPermission(one, new FsPermission(octal));
    hadoops.setPermission(other, new FsPermission(octal));

    assertThat(mode(hadoops, one)).isEqualTo(mode(hadoops, other));
    assertThat(mode(hadoops, one).toShort()).isEqualTo(Short.parseShort(octal, 8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"022", "027", "077", "000"})
  void create_anyUmask_givesTheModesOfHadoops(String umask) throws IOException {
    hadoop.set(FsPermission.UMASK_LABEL, umask);
    open();
    for (FileSystem each : Stream.of(files, hadoops).toList()) {
      Path own = path(each.getClass().getSimpleName());
      try (FSDataOutputStream out = each.create(new Path(own, "deep/file"), true)) {
        out.write("x".getBytes(UTF_8));
      }
    }
    for (String name : new String[] {"", "deep", "deep/file", "deep/.file.crc"}) {
      assertThat(mode(hadoops, path("LocalFiles/" + name)))
          .as(name)
          .isEqualTo(mode(hadoops, path("LocalFileSystem/" + name)));
    }
  }

  @Test
  void setPermission_noSuchFile_failsAsItDoesThere() {
    FsPermission any = new FsPermission("644");
    assertThatIOException().isThrownBy(() -> hadoops.setPermission(path("none"), any));
    assertThatIOException().isThrownBy(() -> files.setPermission(path("none"), any));
  }

  @Test
  void isDisk_itsRawFiles_areOne() {
    assertThat(LocalFiles.isDisk(((LocalFileSystem) files).getRaw())).isTrue();
    assertThat(LocalFiles.isDisk(((LocalFileSystem) hadoops).getRaw())).isTrue();
    assertThat(LocalFiles.isDisk(files)).isFalse();
  }
}
