package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.job.exit.EarlyEnd;
import io.herd.job.exit.ExitCode;
import io.herd.job.generate.Deadline;
import io.herd.udfs.UserException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs that their own limits end. */
@ExtendWith(SharedSpark.class)
class EarlyEndTest {
  private static final String OWN_CHOICES =
      LABEL + "herd { choices = [], choices-column = candidates }\n";

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
  }

  /** Rows of which some have no choices, and so fail. */
  private static List<String> rows(int failing, int ok) {
    return IntStream.range(0, failing + ok)
        .mapToObj(
            i ->
                String.format(
                    Locale.ROOT,
                    "{\"id\": \"%d\", \"text\": \"%s\", \"candidates\": %s}",
                    i,
                    "row " + i,
                    i < failing ? "[]" : "[\" a\", \" b\"]"))
        .toList();
  }

  private EarlyEnd ends(String... overrides) {
    EarlyEnd[] end = new EarlyEnd[1];
    assertThatExceptionOfType(EarlyEnd.class)
        .isThrownBy(() -> place.run(OWN_CHOICES, overrides))
        .satisfies(thrown -> end[0] = thrown);
    return end[0];
  }

  @Test
  void run_moreFailedThanAccepted_publishesNothingAndSaysWhy() {
    place.input(rows(3, 5));

    EarlyEnd end = ends("herd.run.max-failed-rows=2");

    assertThat(end.code()).isEqualTo(ExitCode.FAILED_ROWS);
    assertThat(end)
        .hasMessageContaining("3 rows failed, where herd.run.max-failed-rows accepts 2")
        .hasMessageContaining("A reason: ");
    assertThat(place.reported("exit_code")).isEqualTo(4);
    assertThat(place.directory().resolve("out")).doesNotExist();

    Workplace.Ended next =
        place.run(OWN_CHOICES, "herd.run.max-failed-rows=3", "herd.run.max-failed-fraction=1");

    assertThat(next.code()).isEqualTo(ExitCode.DONE);
    assertThat(place.reported("rows_generated")).as("the first run did not begin").isEqualTo(5);
    assertThat(place.output().filter("status = 'ok'").count()).isEqualTo(5);
  }

  @Test
  void run_aHundredRowsWithoutAPrompt_isTheConfigurationsFault() {
    place.input(
        IntStream.range(0, 100)
            .mapToObj(i -> String.format(Locale.ROOT, "{\"id\": \"%d\", \"text\": null}", i))
            .toList());

    assertThatExceptionOfType(UserException.class)
        .isThrownBy(
            () ->
                place.run(
                    LABEL.replace(
                        "template = \"Review: {{ text }}\\nSentiment:\"", "column = text")))
        .withMessageContaining("none of the 100 rows has a prompt, most because: ");
    assertThat(place.reported("exit_code")).isEqualTo(2);
  }

  @Test
  void run_timeIsOver_stopsAndTheNextRunGoesOn() {
    place.input(reviews(0, 6));
    place.run(LABEL);
    place.input(reviews(0, 10));

    EarlyEnd end = over(false);

    assertThat(end.code()).isEqualTo(ExitCode.STOPPED);
    assertThat(end)
        .hasMessageContaining("herd.run.max-duration, 7 s, was over before all rows were done");
    assertThat(place.report().get("outcome").getAsString()).isEqualTo("stopped");
    assertThat(place.output().count()).as("the output of before").isEqualTo(6);
  }

  @Test
  void run_timeIsOverAndPartialIsAsked_publishesPendingRowsUntilTheNextRun() {
    place.input(reviews(0, 6));
    place.run(LABEL);
    place.input(reviews(0, 10));

    assertThat(over(true).code()).isEqualTo(ExitCode.STOPPED);

    assertThat(place.reported("rows_in")).isEqualTo(10);
    assertThat(place.reported("rows_out")).isEqualTo(10);
    assertThat(place.reported("rows_ok")).isEqualTo(6);
    assertThat(place.output().filter("status = 'ok'").count()).isEqualTo(6);
    assertThat(place.output().filter("status = 'pending' AND label IS NULL").count()).isEqualTo(4);

    assertThat(place.run(LABEL).code()).isEqualTo(ExitCode.DONE);

    assertThat(place.reported("rows_generated")).isEqualTo(4);
    assertThat(place.output().filter("status = 'ok'").count()).isEqualTo(10);
  }

  /** A run whose time is over when it begins to generate. */
  private EarlyEnd over(boolean partial) {
    AtomicLong now = new AtomicLong();
    Deadline deadline =
        new Deadline(Optional.of(Duration.ofSeconds(7)), () -> now.addAndGet(8_000_000_000L), 0);
    Job job =
        new Job(
            place.spark(),
            place.settings(
                LABEL, "herd.run.max-duration=7s", "herd.run.publish-partial=" + partial),
            new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            deadline);
    EarlyEnd[] end = new EarlyEnd[1];
    assertThatExceptionOfType(EarlyEnd.class)
        .isThrownBy(job::run)
        .satisfies(thrown -> end[0] = thrown);
    return end[0];
  }
}
