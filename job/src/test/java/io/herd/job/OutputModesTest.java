package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
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
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedSpark.class)
class OutputModesTest {
  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, 3));
  }

  @Test
  void run_outputOfAnother_isRefusedBeforeAnythingIsWritten() throws IOException {
    Path theirs = Files.createDirectories(place.directory().resolve("out")).resolve("theirs");
    Files.writeString(theirs, "precious");

    assertThatThrownBy(() -> place.run(LABEL))
        .isInstanceOf(UserException.class)
        .hasMessage(
            """
            the output %s/out exists, and not from a run with this work-dir
              What to do: choose another herd.output.path, or set herd.output.mode to overwrite or \
            append."""
                .formatted(place.directory()));

    assertThat(theirs).hasContent("precious");
    assertThat(place.directory().resolve("work"))
        .isDirectoryNotContaining(file -> !file.toString().matches(".*(run.json|report.html).*"));
  }

  @Test
  void run_outputOfItsOwn_isReplaced() {
    place.run(LABEL);
    place.input(reviews(0, 5));

    assertThat(place.run(LABEL).code()).isEqualTo(ExitCode.DONE);

    assertThat(place.output().count()).isEqualTo(5);
    assertThat(place.directory().toFile().list())
        .containsExactlyInAnyOrder("in.jsonl", "run.conf", "out", "work");
  }

  @Test
  void run_overwrite_replacesWhatIsThere() throws IOException {
    Path theirs = Files.createDirectories(place.directory().resolve("out")).resolve("theirs");
    Files.writeString(theirs, "worthless");

    place.run(LABEL, "herd.output.mode=overwrite");

    assertThat(theirs).doesNotExist();
    assertThat(place.output().count()).isEqualTo(3);
  }

  @Test
  void run_append_addsToWhatIsThere() {
    place.run(LABEL, "herd.output.mode=append");
    place.input(reviews(3, 5)).run(LABEL, "herd.output.mode=append");

    assertThat(place.output().select("id").distinct().count()).isEqualTo(5);
    assertThat(place.output().count()).isEqualTo(5);
    assertThat(place.reported("rows_out")).isEqualTo(2);
  }

  @Test
  void run_table_isWrittenAndReplacedByItsOwnRunOnly() {
    SparkSession spark = place.spark();
    String table = "labels_" + System.nanoTime();
    String[] toTable = {"herd.output.path=null", "herd.output.table=" + table};
    try {
      place.run(LABEL, toTable);
      place.input(reviews(0, 4)).run(LABEL, toTable);

      assertThat(spark.table(table).filter("status = 'ok'").count()).isEqualTo(4);
      assertThatThrownBy(() -> place.run(LABEL, toTable[0], toTable[1], "herd.run.work-dir=other"))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith("the output " + table + " exists");
    } finally {
      spark.sql("DROP TABLE IF EXISTS " + table);
    }
  }

  @Test
  void run_csv_hasScoresAsJson() {
    place.run(LABEL, "herd.output.format=csv", "herd.output.options={header=true}");

    List<Row> rows =
        place
            .spark()
            .read()
            .option("header", "true")
            .option("escape", "\\")
            .csv(place.directory().resolve("out").toString())
            .collectAsList();
    assertThat(rows)
        .hasSize(3)
        .allSatisfy(
            row ->
                assertThat(row.<String>getAs("scores"))
                    .matches("\\{\"positive\":[0-9.E-]+,\"negative\":[0-9.E-]+}"));
  }

  @Test
  void run_csvWithoutHeader_showsItsSamplesAllTheSame() {
    Workplace.Ended ended = place.run(LABEL, "herd.output.format=csv");

    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    assertThat(ended.printed()).contains("another person who had problem with picture");
  }

  @Test
  void run_partitionBy_splitsIntoFolders() {
    place.run(LABEL, "herd.output.partition-by=[human_label]");

    assertThat(place.directory().resolve("out/human_label=positive")).isDirectory();
    assertThat(place.output().filter("label IS NOT NULL").count()).isEqualTo(3);
  }

  @Test
  void run_formatThatCantHoldTheColumns_isRefusedBeforeGenerating() {
    assertThatThrownBy(() -> place.run(COMPLETE, "herd.output.format=text"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("the output can't be written as text: ")
        .hasMessageContaining("What to do: choose another herd.output.format");
    assertThatThrownBy(() -> place.run(LABEL, "herd.output.format=parkett"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("the output can't be written as parkett: ");

    assertThat(place.directory().resolve("work/results")).doesNotExist();
    assertThat(place.directory().resolve("out")).doesNotExist();
    assertThat(place.report().get("outcome").getAsString()).isEqualTo("user_error");
  }
}
