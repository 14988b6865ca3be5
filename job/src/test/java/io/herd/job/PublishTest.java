package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.job.config.Settings;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs that died as they published to a folder, and what the next one makes of it. */
@ExtendWith(SharedSpark.class)
class PublishTest {
  private static final String APPEND = "herd.output.mode=append";

  private Workplace place;
  private Path out;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, 6));
    out = directory.resolve("out");
  }

  private Path beside(String what) {
    return place.directory().resolve("_out.herd-" + what);
  }

  private List<String> parts() throws IOException {
    try (Stream<Path> files = Files.walk(out)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".parquet") && !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  @Test
  void run_diedBetweenTheTwoRenames_nextOnePutsTheOldOutputBackBeforeItReads() throws IOException {
    place.run(LABEL);
    Files.move(out, beside("old"));
    Files.createDirectories(beside("new"));
    place.forgetPublishing();
    Files.delete(place.directory().resolve("in.jsonl"));

    assertThatThrownBy(() -> place.run(LABEL, "herd.prompt.date=tomorrow"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("the input can't be read");

    assertThat(place.output().count()).isEqualTo(6);
  }

  @Test
  void run_diedBetweenTheTwoRenames_nextOnePublishesAndTidiesUp() throws IOException {
    place.run(LABEL);
    Files.move(out, beside("old"));
    Files.createDirectories(beside("new"));
    Files.writeString(beside("new").resolve("part-half.parquet"), "half");
    place.forgetPublishing();

    assertThat(place.run(LABEL).code()).isEqualTo(ExitCode.DONE);

    assertThat(place.output().count()).isEqualTo(6);
    assertThat(place.reported("rows_generated")).isZero();
    assertThat(beside("old")).doesNotExist();
    assertThat(beside("new")).doesNotExist();
  }

  @Test
  void run_oldOutputOfAnotherBesideItsPlace_isRefusedAsIfItWereInPlace() throws IOException {
    Files.createDirectories(beside("old"));

    assertThatThrownBy(() -> place.run(LABEL))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("exists, and not from a run with this work-dir");
  }

  @Test
  void run_appendedAndDiedBeforeItSaidSo_appendsNothingTwice() throws IOException {
    Files.createDirectories(out);
    place
        .spark()
        .range(1)
        .selectExpr("'theirs' AS id")
        .write()
        .mode("append")
        .parquet(out.toString());
    place.run(LABEL, APPEND);
    place.forgetPublishing();

    assertThat(place.run(LABEL, APPEND).code()).isEqualTo(ExitCode.DONE);

    assertThat(place.output().select("id").distinct().count()).isEqualTo(7);
    assertThat(place.output().count()).isEqualTo(7);
  }

  @Test
  void run_diedAsItAppendedToPartitions_replacesWhatItLeft() throws IOException {
    String[] byLabel = {APPEND, "herd.output.partition-by=[human_label]"};
    place.run(LABEL, byLabel);
    try (Stream<Path> files = Files.walk(out)) {
      Files.delete(files.filter(file -> file.toString().endsWith(".parquet")).findFirst().get());
    }
    place.forgetPublishing();

    place.run(LABEL, byLabel);

    assertThat(place.output().count()).isEqualTo(6);
  }

  @Test
  void run_appendTwiceOnPurpose_keepsBoth() throws IOException {
    place.run(LABEL, APPEND);
    List<String> first = parts();
    place.run(LABEL, APPEND);

    assertThat(place.output().count()).isEqualTo(12);
    assertThat(parts()).containsAll(first);
    assertThat(first).allMatch(name -> name.matches("part-s\\d+-[0-9a-f]{8}-00000-.*"));
  }

  @Test
  void run_appendWhereRunsCantBeToldApart_isRefusedWithWhatToDo() {
    assertThatThrownBy(
            () -> place.run(LABEL, APPEND, "herd.output.path=null", "herd.output.table=labels"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            """
            herd.output.mode = append: the table labels keeps nothing that tells rows of different \
            runs apart, so a run that dies while publishing, and is repeated, could append its rows \
            twice
              What to do: append to a path in a file format such as parquet, to an Iceberg table or \
            to a database (herd.output.format = jdbc), or set herd.output.mode to overwrite.\
            """);
    assertThatThrownBy(() -> place.run(LABEL, APPEND, "herd.output.format=noop"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("herd.output.mode = append: the format noop has no files");
  }

  @Test
  void runs_twoOnOneWorkDir_generateSideBySideAndAppendOnce() throws Exception {
    Settings settings = place.settings(LABEL, APPEND);
    CyclicBarrier bothHaveRead = new CyclicBarrier(2);
    ExecutorService runs = Executors.newFixedThreadPool(2);
    try {
      List<Future<ExitCode>> both =
          Stream.generate(() -> runs.submit(() -> run(settings, bothHaveRead))).limit(2).toList();
      for (Future<ExitCode> each : both) {
        assertThat(each.get()).isEqualTo(ExitCode.DONE);
      }
    } finally {
      runs.shutdownNow();
    }
    assertThat(place.output().count()).isEqualTo(6);
    assertThat(place.output().select("id").distinct().count()).isEqualTo(6);
    assertThat(place.reported("rows_out")).as("of the second, too").isEqualTo(6);
  }

  /** A run that waits for the other once it has a plan. */
  private ExitCode run(Settings settings, CyclicBarrier planned) {
    PrintStream out =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
          @Override
          public PrintStream printf(String format, Object... values) {
            if (values.length > 0 && values[0].equals("plan")) {
              meet(planned);
            }
            return this;
          }
        };
    return new Job(place.spark(), settings, out).run();
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }
}
