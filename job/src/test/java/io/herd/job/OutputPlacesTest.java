package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Outputs at links, mounts and in stores, and places that turn out to be one. */
@ExtendWith(SharedSpark.class)
class OutputPlacesTest {
  private static final String OVERWRITE = "herd.output.mode=overwrite";

  private Workplace place;
  private Path out;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) throws IOException {
    place = new Workplace(spark, directory.toRealPath()).input(reviews(0, 6));
    out = place.directory().resolve("out");
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    hadoop.set("fs.gs.impl", CopyingFiles.Objects.class.getName());
    hadoop.set("fs.mounted.impl", CopyingFiles.Mounted.class.getName());
  }

  private Path old() {
    return place.directory().resolve("_out.herd-old");
  }

  private static Path older(Path folder) throws IOException {
    Path file = Files.createDirectories(folder.resolve("lang=en")).resolve("part-old.parquet");
    return Files.writeString(file, "old");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(place.directory())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void run_outputThatIsALink_isPublishedWhereItPoints() throws IOException {
    Path real = Files.createDirectories(place.directory().resolve("disk/real"));
    Path older = older(real);
    Files.createSymbolicLink(out, real);

    place.run(LABEL, OVERWRITE);

    assertThat(out).isSymbolicLink();
    assertThat(older).doesNotExist();
    assertThat(place.spark().read().parquet(real.toString()).count()).isEqualTo(6);
    assertThat(real.getParent().toFile().list()).containsExactly("real");
  }

  @Test
  void run_outputThatIsALinkToNothingYet_isMadeThere() throws IOException {
    Path real = place.directory().resolve("later");
    Files.createSymbolicLink(out, Path.of("later"));

    place.run(LABEL);

    assertThat(out).isSymbolicLink();
    assertThat(place.spark().read().parquet(real.toString()).count()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gs", "mounted"})
  void run_folderThatCantBeMoved_getsTheNewFilesBeforeItLosesTheOld(String scheme)
      throws IOException {
    Path older = older(out);
    String to = "herd.output.path=" + scheme + "://" + out;

    assertThat(place.run(LABEL, OVERWRITE, to).code()).isEqualTo(ExitCode.DONE);
    assertThat(place.run(LABEL, OVERWRITE, to).code()).isEqualTo(ExitCode.DONE);

    assertThat(older.getParent()).doesNotExist();
    assertThat(place.output().count()).isEqualTo(6);
    assertThat(out.resolve("_manifest.json")).content().contains("part-s");
    assertThat(names()).containsExactly("in.jsonl", "out", "run.conf", "work");
  }

  /** Tasks of a job that died had committed: to Hadoop they are as good as those of the next. */
  @ParameterizedTest
  @CsvSource({"gs, overwrite", "gs, append", "file, append"})
  void run_diedAfterTasksHadCommitted_publishesTheirRowsOnce(String scheme, String mode)
      throws IOException {
    String[] settings = {"herd.output.path=" + scheme + "://" + out, "herd.output.mode=" + mode};
    place.run(LABEL, settings);
    Path task = out.resolve("_temporary/0/task_202611290000_0001_m_000000");
    Files.createDirectories(task);
    for (Path part : parts()) {
      Files.move(part, task.resolve(part.getFileName()));
    }
    place.forgetPublishing();

    place.run(LABEL, settings);

    assertThat(place.output().count()).isEqualTo(6);
  }

  private List<Path> parts() throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      return files.filter(file -> file.getFileName().toString().startsWith("part-")).toList();
    }
  }

  @Test
  void run_folderThatCantBeMovedAndAFailure_keepsTheOldFiles() throws IOException {
    Path older = older(out);
    Files.createDirectory(out.resolve("_manifest.json"));
    Files.createDirectory(out.resolve("_manifest.json/in-the-way"));

    assertThatThrownBy(() -> place.run(LABEL, OVERWRITE, "herd.output.path=gs://" + out))
        .hasMessageContaining("can't write");

    assertThat(older).hasContent("old");
  }

  /** What a run of an earlier Herd left of an output on a mount. */
  @Test
  void run_oldOutputBesideAnEmptyFolder_isPutBackBeforeAnythingIsRead() throws IOException {
    place.run(LABEL, OVERWRITE);
    Files.move(out, old());
    Files.createDirectory(out);
    place.forgetPublishing();
    Files.delete(place.directory().resolve("in.jsonl"));

    assertThatThrownBy(() -> place.run(LABEL, OVERWRITE, "herd.prompt.date=tomorrow"))
        .isInstanceOf(UserException.class);

    assertThat(place.output().count()).isEqualTo(6);
    assertThat(old()).doesNotExist();
  }

  @Test
  void run_oldOutputBesideFilesOfAnother_isRefusedAndBothAreKept() throws IOException {
    Path older = older(old());
    Files.writeString(Files.createDirectories(out).resolve("theirs"), "precious");

    assertThatThrownBy(() -> place.run(LABEL, OVERWRITE))
        .isInstanceOf(UserException.class)
        .hasMessage(
            """
            there is an output at %s that no run of Herd has marked as complete, and an older one at %s
              What to do: look at both, and move away the one that shouldn't be kept.\
            """
                .formatted(out, old()));

    assertThat(older).exists();
    assertThat(out.resolve("theirs")).exists();
  }

  @Test
  void run_emptyFolderAsOfANewDisk_isNoOutputOfAnother() throws IOException {
    Files.createDirectories(out.resolve("lost+found"));

    assertThat(place.run(LABEL).code()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void run_outputThatThePatternOfItsInputMatches_isRefusedBeforeAnythingIsRead() {
    assertThatThrownBy(() -> place.run(LABEL, "herd.input.path=*"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("herd.output.path (" + out + ") matches herd.input.path (");

    assertThat(place.directory().resolve("work/input")).doesNotExist();
  }

  @Test
  void run_linkInTheInputToItsOwnOutput_isRefused() throws IOException {
    Path data = Files.createDirectories(place.directory().resolve("data"));
    Files.move(place.directory().resolve("in.jsonl"), data.resolve("in.jsonl"));
    Files.createDirectory(out);
    Files.createFile(out.resolve("part-of-it.json"));
    Files.createSymbolicLink(data.resolve("around"), out);

    assertThatThrownBy(() -> place.run(LABEL, OVERWRITE, "herd.input.path=data/*"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("which belongs to herd.output.path, so the run would read its own");
  }
}
