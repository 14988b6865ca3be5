package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.exit.ExitCode;
import io.herd.job.verb.CleanVerb;
import io.herd.job.workdir.RunState;
import io.herd.job.workdir.WorkDir;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedSpark.class)
class CleanVerbTest {
  private Workplace place;
  private Path work;
  private String asked;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
    work = directory.resolve("work");
  }

  private Workplace.Ended clean(int days, boolean yes, Boolean answer) {
    CleanVerb.Terminal terminal =
        question -> {
          asked = question;
          return Optional.ofNullable(answer);
        };
    return place.clean(Duration.ofDays(days), yes, terminal, LABEL);
  }

  private void age(int days, Path... roots) throws IOException {
    FileTime then = FileTime.from(Instant.now().minus(Duration.ofDays(days)));
    for (Path root : roots) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.setLastModifiedTime(file, then);
        }
      }
    }
  }

  /** As a driver does that is killed. */
  private Path leaveMarkers() throws IOException {
    Path markers = Files.createDirectories(work.resolve("results/_in-flight/r1"));
    Files.createFile(markers.resolve("partition-00000.7"));
    return markers;
  }

  @Test
  void clean_yesAtTheTerminal_removesWhatWasShown() throws IOException {
    place.input(reviews(0, 4)).run(LABEL);
    Path markers = leaveMarkers();
    age(40, work);

    Workplace.Ended ended = clean(30, false, true);

    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    assertThat(ended.printed())
        .containsPattern("  results +1 files +0\\.0 MB  40 days old\n")
        .containsPattern("  _in-flight +1 files +0\\.0 MB  40 days old\n")
        .containsPattern("  input +[2-9] files +0\\.0 MB  40 days old\n")
        .contains("generated again")
        .endsWith("Removed.\n");
    assertThat(asked).isEqualTo("Remove this?");
    assertThat(place.log()).isEmpty();
    assertThat(work.resolve("input")).isEmptyDirectory();
    assertThat(markers).doesNotExist();
    assertThat(work.resolve("manifest.json")).exists();

    assertThat(place.run(LABEL).code()).isEqualTo(ExitCode.DONE);
    assertThat(place.reported("rows_generated")).isEqualTo(4);
  }

  @Test
  void clean_noOrNobodyToAsk_removesNothing() throws IOException {
    place.input(reviews(0, 4)).run(LABEL);
    age(40, work);

    assertThat(clean(30, false, false).printed()).endsWith("Nothing was removed.\n");
    assertThat(clean(30, false, null).printed())
        .endsWith(
            "Nothing was removed: there is no terminal for the question. Add --yes to remove"
                + " without it.\n");

    assertThat(place.log()).hasSize(1);
    assertThat(clean(30, true, null).printed()).endsWith("Removed.\n");
    assertThat(place.log()).isEmpty();
  }

  @Test
  void clean_youngFiles_stay() throws IOException {
    place.input(reviews(0, 2)).run(LABEL);
    age(40, work.resolve("results"));
    place.input(reviews(0, 4)).run(LABEL);

    assertThat(place.log()).hasSize(2);
    clean(30, true, null);

    assertThat(place.log()).hasSize(1);
    assertThat(work.resolve("input")).isNotEmptyDirectory();
    assertThat(clean(30, true, null).printed()).isEqualTo("Nothing in " + work + " is that old.\n");
  }

  @Test
  void clean_unfinishedRun_keepsItsSnapshotAndAllResults() throws IOException {
    place.input(reviews(0, 4)).run(LABEL);
    WorkDir workDir =
        new WorkDir(work.toString(), place.spark().sparkContext().hadoopConfiguration());
    workDir.run().dropPublished();
    RunState state = workDir.run().state().orElseThrow();
    Files.createDirectories(work.resolve("input/left"));
    Files.writeString(work.resolve("input/left/part"), "of a run that nobody knows");
    Path markers = leaveMarkers(); // perhaps that run's
    Files.createDirectories(work.resolve("disagreements"));
    Files.writeString(work.resolve("disagreements/part"), "row");
    age(40, work);

    Workplace.Ended ended = clean(30, true, null);

    assertThat(ended.printed())
        .startsWith(
            "The run on the snapshot "
                + state.snapshot()
                + " isn't finished: the snapshot and all results are kept.\n")
        .containsPattern("  input +1 files")
        .containsPattern("  disagreements +1 files")
        .doesNotContain("generated again");
    assertThat(place.log()).hasSize(1);
    assertThat(markers).isNotEmptyDirectory();
    assertThat(work.resolve("input").toFile().list()).containsExactly(state.snapshot());
    assertThat(work.resolve("disagreements")).doesNotExist();
    assertThat(place.run(LABEL).printed()).contains("resumes with the snapshot");
    assertThat(place.reported("rows_generated")).isZero();
  }

  @Test
  void clean_hoursOld_areToldInHours() throws IOException {
    place.input(List.of(reviews(0, 1).get(0))).run(LABEL);
    FileTime then = FileTime.from(Instant.now().minus(Duration.ofHours(5)));
    Files.setLastModifiedTime(place.log().get(0), then);

    assertThat(
            place.clean(Duration.ofHours(3), false, question -> Optional.empty(), LABEL).printed())
        .containsPattern("  results +1 files +0\\.0 MB  5 hours old\n");
  }

  @Test
  void clean_noWorkDirYet_findsNothing() {
    assertThat(clean(30, true, null).printed()).isEqualTo("Nothing in " + work + " is that old.\n");
  }
}
