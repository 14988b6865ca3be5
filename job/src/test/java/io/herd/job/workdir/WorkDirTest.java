package io.herd.job.workdir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.SystemException;
import io.herd.udfs.storage.StorageRetries;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirTest {
  private static final InputVersion INPUT = new InputVersion("d", "1 files, 2 bytes", "");
  private static final RunState BEFORE = RunState.of("s1", "s1", 3, "f", INPUT);
  private static final RunState STATE = BEFORE.begun("out", "p");

  @TempDir private java.nio.file.Path directory;
  private WorkDir workDir;

  @BeforeEach
  void makeWorkDir() {
    workDir = new WorkDir(directory.toString(), new Configuration(false));
  }

  private static Lease lease(WorkDir workDir) {
    return workDir.lease("read", line -> {}, () -> false);
  }

  private List<String> files() {
    return Stream.of(directory.toFile().list()).filter(name -> name.contains("state")).toList();
  }

  @Test
  void state_written_isTheLastOne() {
    assertThat(workDir.run().state()).isEmpty();

    try (Lease lease = lease(workDir)) {
      workDir.run().write(BEFORE, lease);
      workDir.run().write(STATE, lease);
    }

    assertThat(workDir.run().state()).contains(STATE);
    assertThat(files()).containsExactly("state-00000001-0002.json");
  }

  /** A driver that stalled puts its state in place after that of another's lease. */
  @Test
  void state_ofAnEarlierLeaseComesLate_isNotTheOneThatCounts() throws IOException {
    try (Lease lease = lease(workDir)) {
      workDir.run().write(BEFORE, lease);
    }
    byte[] before = Files.readAllBytes(directory.resolve("state-00000001-0001.json"));
    try (Lease lease = lease(workDir)) {
      workDir.run().write(STATE, lease);
    }
    assertThat(files()).containsExactly("state-00000002-0001.json");

    Files.write(directory.resolve("state-00000001-0002.json"), before);
    assertThat(workDir.run().state()).contains(STATE);

    try (Lease lease = lease(workDir)) {
      workDir.run().write(STATE.ended("p"), lease);
    }
    assertThat(files()).containsExactly("state-00000003-0001.json");
  }

  @Test
  void state_killedBeforeTheRename_isTheOneBefore() throws IOException {
    try (Lease lease = lease(workDir)) {
      workDir.run().write(STATE, lease);
    }
    Files.writeString(directory.resolve("_state-00000002-0001.json.0000abcd.tmp"), "{\"sna");

    assertThat(workDir.run().state()).contains(STATE);
  }

  /** As 0.1.0 had it. */
  @Test
  void state_withoutANumber_countsUntilOneWithANumberIsThere() throws IOException {
    String first = "{\"snapshot\": \"s0\", \"fingerprint\": \"f\", \"published\": false}";
    Files.writeString(directory.resolve("state.json"), first);
    assertThat(workDir.run().state().orElseThrow().run()).isEqualTo("s0");

    try (Lease lease = lease(workDir)) {
      workDir.run().write(STATE, lease);
    }
    assertThat(workDir.run().state()).contains(STATE);
    assertThat(files()).containsExactly("state-00000001-0001.json");
  }

  /** The local disk, on which each kind of operation fails once. */
  static final class Faltering extends RawLocalFileSystem {
    private final Set<String> failed = new TreeSet<>();

    private void falter(String operation) throws IOException {
      if (failed.add(operation)) {
        throw new IOException("503 Slow Down");
      }
    }

    @Override
    public String getScheme() {
      return "faltering";
    }

    @Override
    public URI getUri() {
      return URI.create("faltering:///");
    }

    @Override
    public File pathToFile(Path path) {
      return new File(path.toUri().getPath());
    }

    @Override
    public boolean exists(Path path) throws IOException {
      falter("look");
      return super.exists(path);
    }

    @Override
    public boolean mkdirs(Path path, FsPermission mode) throws IOException {
      falter("make");
      return super.mkdirs(path, mode);
    }

    @Override
    public FSDataInputStream open(Path path, int buffer) throws IOException {
      falter("open");
      return super.open(path, buffer);
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
      falter("list");
      return super.listStatus(path);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
      falter("delete");
      return super.delete(path, recursive);
    }
  }

  @Test
  void all_storageFailsOnce_isTriedAgain() throws IOException {
    Configuration hadoop = new Configuration(false);
    hadoop.setClass("fs.faltering.impl", Faltering.class, FileSystem.class);
    String root = "faltering:" + directory.resolve("work");
    Set<String> failed = ((Faltering) new Path(root).getFileSystem(hadoop)).failed;
    WorkDir faltering =
        new WorkDir(
            root,
            hadoop,
            files ->
                StorageRetries.waiting(
                    Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofHours(1)),
            Time.REAL);

    failed.clear();
    faltering.prepare();
    assertThat(failed).contains("look", "make");
    failed.clear();
    String onDisk = directory.resolve("work").toString();
    try (Lease lease = lease(new WorkDir(onDisk, hadoop))) {
      failed.clear();
      faltering.run().write(BEFORE, lease);
      faltering.run().write(STATE, lease);
    }
    assertThat(failed).contains("list", "delete");
    failed.clear();
    assertThat(faltering.run().state()).contains(STATE);
    assertThat(failed).contains("list", "open");
    failed.clear();
    java.nio.file.Path old = Files.createDirectories(directory.resolve("work/input/s1"));
    faltering.snapshots().dropBefore(RunState.of("s2", "s2", 3, "f", INPUT), STATE);
    assertThat(failed).contains("list", "delete");
    assertThat(old).doesNotExist();
  }

  @Test
  void state_damaged_isAnErrorThatNamesIt() throws IOException {
    Files.writeString(directory.resolve("state-00000001-0001.json"), "{\"snapshot\": \"s1");

    assertThatThrownBy(() -> workDir.run().state())
        .isInstanceOf(SystemException.class)
        .hasMessageContaining("state-*.json");
  }
}
