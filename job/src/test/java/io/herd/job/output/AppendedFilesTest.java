package io.herd.job.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.SystemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of several attempts' files are a run's. Each attempt has other names, as Spark's have. */
class AppendedFilesTest {

  @TempDir private Path out;

  private AppendedFiles attempt() {
    return new AppendedFiles(
        PartFiles.in(new org.apache.hadoop.fs.Path(out.toUri()), new Configuration()), "s1-run");
  }

  private AppendedFiles staged(String name) throws IOException {
    AppendedFiles attempt = attempt();
    Path file = Path.of(attempt.staged().toUri().getPath()).resolve("day=1/part-s1-run-0-" + name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, name);
    return attempt;
  }

  private AppendedFiles written(String name) throws IOException {
    AppendedFiles attempt = attempt();
    Files.writeString(out.resolve("part-" + attempt.prefix() + "-0-" + name), name);
    return attempt;
  }

  private List<String> seen() throws IOException {
    try (Stream<Path> files = Files.walk(out)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !out.relativize(file).toString().startsWith("_"))
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .toList();
    }
  }

  @Test
  void commitStaged_anotherHasCommitted_leavesWhatThatPutInPlace() throws IOException {
    AppendedFiles first = staged("a");
    AppendedFiles second = staged("b");
    assertThat(attempt().held()).isFalse();
    second.commitStaged(AppendedFilesTest::held);

    first.commitStaged(AppendedFilesTest::held);

    assertThat(seen()).containsExactly("part-s1-run-0-b");
    assertThat(out.resolve("_herd/s1-run")).doesNotExist();
    assertThat(attempt().held()).isTrue();
  }

  @Test
  void commitStaged_anotherCommitsJustThen_followsThePlanThatIsThere() throws IOException {
    AppendedFiles first = staged("a");

    first.commitStaged(
        () -> {
          try {
            staged("b").commitStaged(AppendedFilesTest::held);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });

    assertThat(seen()).containsExactly("part-s1-run-0-b");
  }

  @Test
  void held_diedBeforeItsFilesWereInPlace_putsThemThereAtTheNextCommit() throws IOException {
    AppendedFiles first = staged("a");
    AppendedFiles second = staged("b");
    first.commitStaged(AppendedFilesTest::held);
    Path dead = out.resolve("_herd/s1-run/" + first.staged().getName() + "/day=1");
    Files.createDirectories(dead);
    Files.move(out.resolve("day=1/part-s1-run-0-a"), dead.resolve("part-s1-run-0-a"));

    assertThat(attempt().held()).isTrue();
    attempt().settle();

    assertThat(seen()).containsExactly("part-s1-run-0-a");
    assertThat(second.held()).isTrue();
  }

  @Test
  void settle_noCommitWasMade_keepsItFromBeingMade() throws IOException {
    AppendedFiles first = staged("a");
    Files.writeString(out.resolve("part-s1-run-0-of-an-earlier-version"), "x");

    attempt().settle();

    assertThat(seen()).isEmpty();
    assertThatThrownBy(() -> first.commitStaged(AppendedFilesTest::held))
        .isInstanceOf(SystemException.class)
        .hasMessageContaining("another run on its work-dir took over");
    assertThat(seen()).isEmpty();
    assertThat(attempt().held()).isFalse();
  }

  @Test
  void commitStaged_whatWasAppendedIsGone_appendsItAgain() throws IOException {
    staged("a").commitStaged(AppendedFilesTest::held);
    Files.delete(out.resolve("day=1/part-s1-run-0-a"));

    assertThat(attempt().held()).isFalse();
    staged("b").commitStaged(AppendedFilesTest::held);

    assertThat(seen()).containsExactly("part-s1-run-0-b");
  }

  @Test
  void commitWritten_anotherHasCommitted_removesItsOwn() throws IOException {
    AppendedFiles first = written("a");
    AppendedFiles second = written("b");
    second.commitWritten(AppendedFilesTest::held);
    Files.writeString(out.resolve("part-s0-run-0-c"), "of another run");

    first.commitWritten(AppendedFilesTest::held);

    assertThat(seen())
        .containsExactlyInAnyOrder("part-" + second.prefix() + "-0-b", "part-s0-run-0-c");
  }

  @Test
  void commitWritten_leaseIsLost_removesItsOwn() throws IOException {
    AppendedFiles first = written("a");

    assertThatThrownBy(
            () ->
                first.commitWritten(
                    () -> {
                      throw new SystemException("lost", null);
                    }))
        .hasMessage("lost");

    assertThat(seen()).isEmpty();
  }

  /** The lease is still this driver's, as far as it knows. */
  private static void held() {}
}
