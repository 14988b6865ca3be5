package io.herd.job.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which objects a manifest lists of those that lie there. */
class CommittedFilesTest {
  private static final String RUN = "s17-0a1b2c3d";
  private static final Optional<OutputManifest.Content> NOTHING =
      Optional.of(new OutputManifest.Content(RUN, List.of()));

  @TempDir private Path out;
  private PartFiles parts;

  @BeforeEach
  void open() {
    parts = PartFiles.in(new org.apache.hadoop.fs.Path(out.toUri()), new Configuration());
  }

  private AppendedFiles written() throws IOException {
    AppendedFiles attempt = new AppendedFiles(parts, RUN);
    file(name(attempt));
    return attempt;
  }

  private static String name(AppendedFiles attempt) {
    return "part-" + attempt.prefix() + "-00000-x.parquet";
  }

  private void file(String name) throws IOException {
    Files.createDirectories(out.resolve(name).getParent());
    Files.writeString(out.resolve(name), name);
  }

  private CommittedFiles found(Optional<OutputManifest.Content> before) {
    return CommittedFiles.in(parts, before);
  }

  @Test
  void in_filesThatThePlanDoesntName_areLeft() throws IOException {
    AppendedFiles first = written();
    first.commitWritten(() -> {});
    AppendedFiles late = written();

    assertThat(found(NOTHING).committed()).containsExactly(name(first));
    assertThat(found(NOTHING).left())
        .extracting(org.apache.hadoop.fs.Path::getName)
        .containsExactly(name(late));
  }

  @Test
  void in_runThatWasGivenUp_isLeft() throws IOException {
    new AppendedFiles(parts, RUN).settle();
    written();

    assertThat(found(NOTHING).committed()).isEmpty();
    assertThat(found(NOTHING).left()).hasSize(1);
  }

  @Test
  void in_filesOnTheirWay_areNeitherListedNorLeft() throws IOException {
    written();

    assertThat(found(NOTHING)).isEqualTo(new CommittedFiles(List.of(), List.of()));
  }

  @Test
  void in_filesOfOthersAndOfEarlierVersions_areListed() throws IOException {
    String theirs = "day=1/part-00000-theirs.parquet";
    String earlier = "part-" + RUN + "-00000-c0ffee00-0000.parquet";
    file(theirs);
    file(earlier);

    assertThat(found(NOTHING).committed()).containsExactlyInAnyOrder(theirs, earlier);
  }

  @Test
  void in_filesOfAnOutputThatWasReplaced_areListed() throws IOException {
    String replaced = name(written());

    assertThat(found(Optional.of(new OutputManifest.Content(RUN, List.of(replaced)))).committed())
        .containsExactly(replaced);
    assertThat(found(Optional.empty()).committed()).as("no manifest").containsExactly(replaced);
  }

  @Test
  void write_anotherHasWrittenTheSame_writesNothing() {
    OutputManifest manifest = new OutputManifest(parts);
    OutputManifest.Content content = new OutputManifest.Content(RUN, List.of("b", "a"));
    manifest.write(any -> content, () -> {});

    manifest.write(
        any -> content,
        () -> {
          throw new IllegalStateException("the lease is lost");
        });

    assertThat(manifest.read().map(OutputManifest.Content::files)).contains(List.of("a", "b"));
  }
}
