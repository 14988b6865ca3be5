package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.job.exit.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs that ended too early, and what the next one makes of them. */
@ExtendWith(SharedSpark.class)
class ResumeTest {
  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
  }

  @Test
  void run_cancelledBeforePublishing_keepsItsResultsAndSnapshot() {
    place.input(reviews(0, 10));
    failWhen("publish");

    Workplace.Ended second = place.run(LABEL);

    assertThat(second.code()).isEqualTo(ExitCode.DONE);
    assertThat(second.printed())
        .contains("read      resumes with the snapshot of the unfinished run");
    assertThat(place.reported("rows_generated")).isZero();
    assertThat(place.output().count()).isEqualTo(10);
  }

  /** Day 2 on what day 1 left: rows that are in the input and not in the output are lost rows. */
  @Test
  void run_inputGrownSinceItWasCancelled_publishesAllOfIt() {
    place.input(reviews(0, 10));
    failWhen("publish");
    place.input(reviews(0, 13));

    Workplace.Ended second = place.run(LABEL);

    assertThat(second.printed())
        .contains("read      takes a new snapshot: the input has changed since");
    assertThat(place.reported("rows_in")).isEqualTo(13);
    assertThat(place.reported("rows_generated")).isEqualTo(3);
    assertThat(place.output().count()).isEqualTo(13);
  }

  @Test
  void run_halfOfTheLogLost_generatesOnlyThatHalf() throws IOException {
    place.input(reviews(0, 12));
    failWhen("publish", "herd.run.checkpoint.rows=3");
    List<Path> log = place.log();
    assertThat(log).hasSize(4);
    Files.delete(log.get(1));
    Files.delete(log.get(3));
    Path below = Files.createDirectory(log.get(0).resolveSibling("p00001")); // of many partitions
    Files.move(log.get(0), below.resolve(log.get(0).getFileName()));

    assertThat(place.run(LABEL).code()).isEqualTo(ExitCode.DONE);

    assertThat(place.reported("rows_generated")).isEqualTo(6);
    assertThat(place.reported("rows_reused")).isEqualTo(6);
    assertThat(place.output().filter("status = 'ok'").count()).isEqualTo(12);
  }

  /** As when Spark runs a stage again, and its tasks still run. */
  @Test
  void run_laterAttemptAtAPartition_earlierOneHandsOver() throws Exception {
    place.input(reviews(0, 40));
    Path results = place.directory().resolve("work/results");
    String[] first;
    ExecutorService runs = Executors.newSingleThreadExecutor();
    try {
      Future<Workplace.Ended> run =
          runs.submit(
              () ->
                  place.run(
                      Workplace.COMPLETE,
                      "herd.generate.max-new-tokens=96",
                      "herd.generate.ignore-eos=true",
                      "herd.engine.slots=2",
                      "herd.run.checkpoint.rows=4"));
      while (!Files.isDirectory(results) || place.log().isEmpty()) {
        Thread.sleep(10);
      }
      first = place.log().get(0).getFileName().toString().split("-", -1);
      long attempt = Long.parseLong(first[2]);
      Path marks = results.resolve("_in-flight").resolve(first[0]);
      Files.createFile(marks.resolve("partition-" + first[1] + "." + (attempt + 1)));

      assertThat(run.get().code()).isEqualTo(ExitCode.DONE);
    } finally {
      runs.shutdownNow();
    }
    List<String> attempts =
        place.log().stream()
            .map(file -> file.getFileName().toString())
            .filter(name -> name.startsWith(first[0] + "-" + first[1]))
            .map(name -> name.split("-", -1)[2])
            .distinct()
            .toList();
    assertThat(attempts).as("one after the other").hasSize(2).contains(first[2]);
    assertThat(place.reported("rows_generated")).isEqualTo(40);
    assertThat(place.output().filter("status = 'ok'").count()).isEqualTo(40);
  }

  /** As a speculative task leaves them, or one that Spark took for lost. */
  @Test
  void run_twoAttemptsWroteTheSameRows_eachIsThereOnce() throws IOException {
    place.input(reviews(0, 6));
    failWhen("publish");
    Path file = place.log().get(0);
    Files.copy(file, file.resolveSibling("other-" + file.getFileName()));

    assertThat(place.run(LABEL).code()).isEqualTo(ExitCode.DONE);

    assertThat(place.reported("rows_generated")).isZero();
    assertThat(place.output().count()).isEqualTo(6);
    assertThat(place.output().select("id").distinct().count()).isEqualTo(6);
  }

  @Test
  void run_cancelledWhileGenerating_writesItsReportAndGoesOnLater() {
    place.input(reviews(0, 10));
    failWhen("generate");

    assertThat(place.report().get("outcome").getAsString()).isEqualTo("system_error");
    assertThat(place.reported("exit_code")).isEqualTo(1);
    assertThat(place.reported("rows_in")).isEqualTo(10);
    assertThat(place.reported("rows_out")).isZero();
    assertThat(place.directory().resolve("out")).doesNotExist();

    assertThat(place.run(LABEL).code()).isEqualTo(ExitCode.DONE);
    assertThat(place.output().count()).isEqualTo(10);
  }

  @Test
  void run_interruptedWithOtherSettings_takesANewSnapshot() {
    place.input(reviews(0, 4));
    failWhen("publish");
    place.input(reviews(0, 6));

    Workplace.Ended ended = place.run(LABEL, "herd.choices=[\" good\", \" bad\"]");

    assertThat(ended.printed()).doesNotContain("resumes with the snapshot");
    assertThat(place.output().count()).isEqualTo(6);
    assertThat(place.directory().resolve("work/input").toFile().list()).hasSize(1);
  }

  @Test
  void run_otherDiedBeforeItNotedItsSnapshot_nextOneDropsIt() throws IOException {
    Path input = place.directory().resolve("work/input");
    Files.createDirectories(input.resolve("s1700000000000-dead0000"));
    Files.createDirectories(input.resolve("s9900000000000-1a7e0000")); // began after this one

    place.input(reviews(0, 4)).run(LABEL);

    assertThat(input.toFile().list())
        .containsExactlyInAnyOrder(
            "s9900000000000-1a7e0000", place.workDir().run().state().orElseThrow().snapshot());
  }

  /** A run whose first Spark job in the given step is cancelled. */
  private void failWhen(String step, String... overrides) {
    SparkListener cancelling =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            if (step.equals(start.properties().getProperty("spark.jobGroup.id"))) {
              place.spark().sparkContext().cancelJob(start.jobId());
            }
          }
        };
    place.spark().sparkContext().addSparkListener(cancelling);
    try {
      assertThatThrownBy(() -> place.run(LABEL, overrides)).hasMessageContaining("cancelled");
    } finally {
      place.spark().sparkContext().removeSparkListener(cancelling);
    }
  }
}
