package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.MODEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.job.exit.ExitCode;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that ended before they were done, and what the next command makes of them. */
@Tag("large")
@ExtendWith(SharedSpark.class)
class UnfinishedRunTest {
  private static final String APPEND = "herd.output.mode=append";
  private static final String OVERWRITE = "herd.output.mode=overwrite";
  private static final String GOES_ON =
      "read      resumes with the snapshot of the unfinished run\n";

  private Workplace place;
  private Path work;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, 6));
    work = directory.resolve("work");
  }

  /** What keeps a run from writing its report, and so from saying that it is done. */
  private void failAfterPublishing(String... overrides) throws IOException {
    Path blocked = Files.createDirectories(work.resolve("report.html/in-the-way"));
    assertThatThrownBy(() -> place.run(LABEL, overrides)).isInstanceOf(SystemException.class);
    assertThat(work.resolve("manifest.json")).doesNotExist();
    FileUtils.deleteDirectory(blocked.getParent().toFile());
  }

  @Test
  void run_failedBetweenAppendingAndItsManifest_appendsNothingTwice() throws IOException {
    failAfterPublishing(APPEND, "herd.gold-column=human_label");

    Workplace.Ended again = place.run(LABEL, APPEND, "herd.gold-column=human_label");

    assertThat(again.code()).isEqualTo(ExitCode.DONE);
    assertThat(again.printed()).contains(GOES_ON);
    assertThat(place.output().count()).isEqualTo(6);
    place.run(LABEL, APPEND, "herd.gold-column=human_label");
    assertThat(place.output().count()).as("a run that is done is another's").isEqualTo(12);
  }

  /** A scheduler that sees its driver killed, if only as it stopped Spark, starts it again. */
  @ParameterizedTest
  @ValueSource(strings = {APPEND, OVERWRITE, "herd.output.mode=errorifexists"})
  void run_killedBetweenItsManifestAndItsExit_isDoneWithTheSameRows(String mode)
      throws IOException {
    place.runUnheard(LABEL, mode, "herd.gold-column=human_label");
    List<Path> published = parts();

    Workplace.Ended again = place.run(LABEL, mode, "herd.gold-column=human_label");

    assertThat(again.code()).isEqualTo(ExitCode.DONE);
    assertThat(again.printed()).contains(GOES_ON);
    assertThat(parts()).isEqualTo(published);
    assertThat(place.reported("rows_out")).isEqualTo(6);
  }

  @Test
  void run_killedBetweenItsManifestAndItsExitAndInputChanged_appendsTheNewInput() {
    place.runUnheard(LABEL, APPEND);
    place.input(reviews(6, 9));

    place.run(LABEL, APPEND);

    assertThat(place.output().select("id").distinct().count()).isEqualTo(9);
    assertThat(place.output().count()).isEqualTo(9);
  }

  private List<Path> parts() throws IOException {
    try (Stream<Path> files = Files.list(place.directory().resolve("out"))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  @Test
  void run_appendedAndSnapshotGone_takesOneOfTheSameRunAndAppendsNothing() throws IOException {
    failAfterPublishing(APPEND);
    FileUtils.deleteDirectory(work.resolve("input").toFile());

    Workplace.Ended again = place.run(LABEL, APPEND);

    assertThat(again.printed()).contains("takes a new snapshot: its snapshot is gone");
    assertThat(place.output().count()).isEqualTo(6);
    assertThat(place.reported("rows_out")).isEqualTo(6);
  }

  @Test
  void run_appendedAndInputChanged_keepsWhatIsThereAndAppendsTheNewInput() throws IOException {
    failAfterPublishing(APPEND);
    place.input(reviews(6, 9));

    Workplace.Ended next = place.run(LABEL, APPEND);

    assertThat(next.printed())
        .contains("the input has changed since")
        .contains("Rows that the unfinished run appended stay");
    assertThat(place.output().select("id").distinct().count()).isEqualTo(9);
    assertThat(place.output().count()).isEqualTo(9);
  }

  @Test
  void run_inputGrownSince_publishesAllOfItAndSaysSo() {
    place.run(LABEL);
    place.forgetPublishing();
    place.input(reviews(0, 9));

    Workplace.Ended next = place.run(LABEL, OVERWRITE);

    assertThat(next.printed())
        .contains("takes a new snapshot: the input has changed since: 1 files");
    assertThat(place.output().count()).isEqualTo(9);
    assertThat(place.reported("rows_generated")).isEqualTo(3);
  }

  @Test
  void run_fileAddedToTheFolder_isSeen() throws IOException {
    Path in = Files.createDirectories(place.directory().resolve("in"));
    Files.write(in.resolve("one.jsonl"), reviews(0, 4));
    String folder = "herd.input.path=in";
    place.run(LABEL, folder);
    place.forgetPublishing();
    assertThat(place.run(LABEL, folder, OVERWRITE).printed()).contains(GOES_ON);
    place.forgetPublishing();
    Files.write(in.resolve("two words.jsonl"), reviews(4, 6));

    Workplace.Ended next = place.run(LABEL, folder, OVERWRITE);

    assertThat(next.printed()).contains("the input has changed since: 1 files").contains("2 files");
    assertThat(place.output().count()).isEqualTo(6);
  }

  @Test
  void run_inputGoneSince_goesOnWithItsSnapshot() throws IOException {
    place.run(LABEL);
    place.forgetPublishing();
    Files.delete(place.directory().resolve("in.jsonl"));

    Workplace.Ended next = place.run(LABEL);

    assertThat(next.printed()).contains("resumes with the snapshot").contains("its input is gone");
    assertThat(place.output().count()).isEqualTo(6);
  }

  @Test
  void run_chatTemplateChangedSince_makesThePromptsAnew() throws IOException {
    Path model = place.directory().resolve("model");
    FileUtils.copyDirectory(MODEL.toFile(), model.toFile());
    String own = "herd.model.path=\"" + model + "\"";
    place.run(COMPLETE, own);
    int before = place.row("product-18_1").getAs("prompt_tokens");
    place.forgetPublishing();
    Path template = model.resolve("chat_template.jinja");
    Files.writeString(template, "Think about it twice. " + Files.readString(template));

    Workplace.Ended next = place.run(COMPLETE, own, OVERWRITE);

    assertThat(next.printed())
        .contains("takes a new snapshot: the settings, the model or its chat");
    assertThat(place.row("product-18_1").<Integer>getAs("prompt_tokens")).isGreaterThan(before);
  }

  @Test
  void run_timeZoneChangedSince_makesThePromptsAnew() {
    place.run(LABEL);
    place.forgetPublishing();
    String zone = place.spark().conf().get("spark.sql.session.timeZone");
    try {
      place.spark().conf().set("spark.sql.session.timeZone", "Asia/Tokyo");

      assertThat(place.run(LABEL).printed()).contains("takes a new snapshot");
      assertThat(place.reported("rows_generated")).as("prompts that are equal").isZero();
    } finally {
      place.spark().conf().set("spark.sql.session.timeZone", zone);
    }
  }

  @Test
  void run_settingsThatOnlyMessagesMask_areNotTakenForEqual() {
    String query =
        "herd.input { path = null, format = null, sql = \"SELECT * FROM VALUES"
            + " ('1', 'https://anna@x', 'a'), ('2', 'https://bert@x', 'b') AS t(id, url, text)"
            + " WHERE url LIKE 'https://%s@%%'\" }";
    String anna = LABEL.replace("input { format = json, path = in.jsonl }", "");
    place.run(anna + "herd { " + query.replace("herd.", "").formatted("anna") + " }");
    place.forgetPublishing();

    place.run(anna + "herd { " + query.replace("herd.", "").formatted("bert") + " }", OVERWRITE);

    assertThat(
            place.output().select("id").as(org.apache.spark.sql.Encoders.STRING()).collectAsList())
        .containsExactly("2");
  }

  @Test
  void run_snapshotLostAFile_saysWhatToDo() throws IOException {
    Path in = Files.createDirectories(place.directory().resolve("in"));
    Files.write(in.resolve("one.jsonl"), reviews(0, 3)); // a file each of the snapshot
    Files.write(in.resolve("two.jsonl"), reviews(3, 6));
    String folder = "herd.input.path=in";
    place.run(LABEL, folder);
    place.forgetPublishing();
    try (Stream<Path> files = Files.walk(work.resolve("input"))) {
      Files.delete(files.filter(file -> file.toString().endsWith(".parquet")).findFirst().get());
    }

    assertThatThrownBy(() -> place.run(LABEL, folder))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("remove the folder input in the work-dir");

    FileUtils.deleteDirectory(work.resolve("input").toFile());
    assertThat(place.run(LABEL, folder).code()).isEqualTo(ExitCode.DONE);
    assertThat(place.reported("rows_generated")).isZero();
  }

  @Test
  void run_databaseAsInput_saysThatItCantTellWhetherItHasChanged() {
    place.spark().range(3).selectExpr("id", "'text' AS text").createOrReplaceTempView("seen");
    String rdd = "herd.input { path = null, format = null, sql = \"SELECT * FROM unseen\" }";
    place
        .spark()
        .createDataFrame(
            place.spark().table("seen").javaRDD(), place.spark().table("seen").schema())
        .createOrReplaceTempView("unseen");
    String configuration =
        LABEL.replace("input { format = json, path = in.jsonl }", "")
            + "herd { "
            + rdd.replace("herd.", "")
            + " }";
    place.run(configuration);
    place.forgetPublishing();

    assertThat(place.run(configuration, OVERWRITE).printed())
        .contains("resumes with the snapshot")
        .contains("it isn't known whether the input has changed since: LogicalRDD");
  }

  @Test
  void runs_twoOutputsOnOneWorkDir_writeEachItsOwn() throws IOException {
    place.run(LABEL, "herd.output.path=other", "herd.choices=[\" good\", \" bad\"]");
    FileUtils.deleteDirectory(work.toFile());
    place.run(LABEL);
    place.forgetPublishing();

    place.run(LABEL, "herd.output.path=other", OVERWRITE);

    String other = place.directory().resolve("other").toString();
    assertThat(place.spark().read().parquet(other).filter("label IN ('good', 'bad')").count())
        .as("rows of the run before")
        .isZero();
    assertThat(place.run(LABEL).printed()).contains(GOES_ON);
    assertThat(place.workDir().run().state().orElseThrow().done()).hasSize(2);
  }

  @Test
  void run_workDirOfALaterVersion_isRefused() throws IOException {
    place.run(LABEL);
    Path state;
    try (Stream<Path> files = Files.list(work)) {
      state =
          files
              .filter(file -> file.getFileName().toString().startsWith("state-"))
              .findAny()
              .orElseThrow();
    }
    Files.writeString(state, Files.readString(state).replace("\"schema\": 2", "\"schema\": 3"));

    assertThatThrownBy(() -> place.run(LABEL))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("the work-dir is of a later version of Herd");
  }

  @Test
  void run_tooManyRowsFailedInAppend_isntAppendedAgainByTheSameCommand() {
    String all = "herd.run.max-failed-fraction=1";
    place.input(Stream.concat(reviews(0, 3).stream(), Stream.of("{\"id\": \"no text\"}")).toList());
    Workplace.Ended first = place.run(LABEL, APPEND);
    assertThat(first.code()).isEqualTo(ExitCode.FAILED_ROWS);
    assertThat(first.printed()).contains("the same command doesn't append them again");

    assertThat(place.run(LABEL, APPEND).code()).isEqualTo(ExitCode.FAILED_ROWS);
    assertThat(place.output().count()).isEqualTo(4);
    assertThat(place.run(LABEL, APPEND, all).code()).isEqualTo(ExitCode.DONE);
    assertThat(place.output().count()).isEqualTo(4);
    place.run(LABEL, APPEND, all);
    assertThat(place.output().count()).as("a new run, as the last one is done").isEqualTo(8);
  }
}
