package io.herd.udfs.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.SystemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogFilesTest extends ResultFolder {
  private static final ResultWriter.Flush EACH = new ResultWriter.Flush(1, Duration.ofHours(1));
  private static final String FIRST = "a-00000-1-00000.jsonl";
  private static final String SECOND = "a-00000-1-00001.jsonl";

  private void write(String... keys) {
    try (ResultWriter writer = log.writer(hadoop, "a", 0, 1, EACH)) {
      for (String key : keys) {
        writer.append(ok(key));
      }
    }
  }

  private List<String> live() {
    return log.files(hadoop).live().stream().map(file -> file.getPath().getName()).toList();
  }

  @Test
  void join_files_areOneAfterTheOtherAndHiddenUntilShown() throws IOException {
    write("k1", "k2", "k3");
    LogFiles files = log.files(hadoop);

    files.join(List.of(FIRST, SECOND), LogFiles.hidden("c.jsonl"));
    assertThat(visible()).hasSize(3);
    files.show("c.jsonl");

    assertThat(Files.readString(folder.resolve("c.jsonl")))
        .isEqualTo(
            Files.readString(folder.resolve(FIRST)) + Files.readString(folder.resolve(SECOND)));
    assertThat(live()).hasSize(4).contains("c.jsonl", FIRST);
  }

  @Test
  void replace_filesOfFoldersBelow_areSkippedAndDropped() throws IOException {
    write("k1");
    try (ResultWriter writer = log.writer(hadoop, "a", 300, 1, EACH)) {
      writer.append(ok("k300"));
    }
    LogFiles files = log.files(hadoop);
    List<String> names = files.live().stream().map(LogFiles::name).toList();
    assertThat(names).containsExactly(FIRST, "p00001/a-00300-1-00000.jsonl");

    files.join(names, LogFiles.hidden("c.jsonl"));
    files.show("c.jsonl");
    files.replace(names, "list");

    assertThat(live()).containsExactly("c.jsonl");
    assertThat(files.replaced()).contains("a-00300-1-00000.jsonl");
    assertThat(Files.readString(folder.resolve("c.jsonl"))).contains("k1", "k300");
    files.dropReplaced(Instant.now().plusSeconds(9));
    assertThat(folder.resolve("p00001")).isEmptyDirectory();
  }

  @Test
  void join_result_isAsOldAsTheNewestOfItsFiles() throws IOException {
    write("k1", "k2");
    Instant old = Instant.parse("2024-05-01T00:00:00Z");
    Files.setLastModifiedTime(folder.resolve(FIRST), FileTime.from(old.minusSeconds(100)));
    Files.setLastModifiedTime(folder.resolve(SECOND), FileTime.from(old));

    log.files(hadoop).join(List.of(FIRST, SECOND), "c.jsonl");

    assertThat(Files.getLastModifiedTime(folder.resolve("c.jsonl")).toInstant()).isEqualTo(old);
  }

  @Test
  void replace_files_areNotLiveButTheirAttemptFindsItsKeys() throws IOException {
    write("k1", "k2", "k3");
    LogFiles files = log.files(hadoop);

    files.replace(List.of(FIRST, SECOND), "c");

    assertThat(live()).containsExactly("a-00000-1-00002.jsonl");
    assertThat(files.replaced()).containsExactlyInAnyOrder(FIRST, SECOND);
    assertThat(log.keys(hadoop, "a", 0)).containsExactlyInAnyOrder("k1", "k2", "k3");
    assertThat(visible()).hasSize(3);
  }

  @Test
  void dropReplaced_old_goAndTheOthersStay() throws IOException {
    write("k1", "k2", "k3");
    LogFiles files = log.files(hadoop);
    files.replace(List.of(FIRST, "gone already"), "c1");
    files.replace(List.of(SECOND), "c2");
    Instant now = Instant.now();
    Path list = folder.resolve("_replaced/c1");
    Files.setLastModifiedTime(list, FileTime.from(now.minus(Duration.ofDays(8))));

    files.dropReplaced(now.minus(Duration.ofDays(7)));

    assertThat(visible()).containsExactly(SECOND, "a-00000-1-00002.jsonl");
    assertThat(files.replaced()).containsExactly(SECOND);
    assertThat(list).doesNotExist();
  }

  @Test
  void live_noFolder_isEmpty() {
    assertThat(live()).isEmpty();
    log.files(hadoop).dropReplaced(Instant.now());
  }

  @Test
  void show_renameFails_leavesTheLogAsItWas() throws IOException {
    write("k1", "k2");
    FailingFiles disk = new FailingFiles();
    disk.initialize(folder.toUri(), hadoop);
    LogFiles files = new LogFiles(disk, new org.apache.hadoop.fs.Path(folder.toUri()));
    files.join(List.of(FIRST, SECOND), LogFiles.hidden("c.jsonl"));
    disk.fault = FailingFiles.Fault.RENAME_REFUSED;

    assertThatThrownBy(() -> files.show("c.jsonl"))
        .isInstanceOf(SystemException.class)
        .hasMessageContaining("can't compact the result log in ")
        .hasRootCauseMessage("rename to c.jsonl was refused");
    assertThatThrownBy(() -> files.replace(List.of(FIRST), "c"))
        .isInstanceOf(SystemException.class);

    assertThat(live()).containsExactly(FIRST, SECOND);
    files.dropHidden("c");
    assertThat(folder)
        .isDirectoryNotContaining(file -> file.getFileName().toString().startsWith("_c"));
  }
}
