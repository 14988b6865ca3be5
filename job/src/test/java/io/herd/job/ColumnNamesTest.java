package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.LABEL;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.herd.job.exit.ExitCode;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Inputs that have columns of the names that Herd gives its own, as labelled data has. */
@ExtendWith(SharedSpark.class)
class ColumnNamesTest {
  private static final List<String> GOLD =
      List.of("id,text,label", "1,I love it,positive", "2,It broke,negative", "3,So so,positive");

  private static final String CSV =
      LABEL + "herd { input { format = csv, path = in.csv, options { header = true } } }\n";

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).file("in.csv", GOLD);
  }

  private long right() {
    return place.output().filter("trim(label) = trim(herd_label)").count();
  }

  @Test
  void run_goldColumnLabel_isComparedWithHerdsUnderAnotherName() {
    Workplace.Ended ended = place.run(CSV, "herd.gold-column=label");

    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    assertThat(ended.printed())
        .contains("columns   herd_label for Herd's own label, as herd.gold-column has that name");
    assertThat(place.output().columns())
        .startsWith("id", "text", "label", "herd_label", "probability", "scores", "status");
    assertThat(
            place
                .output()
                .orderBy("id")
                .select("label")
                .as(org.apache.spark.sql.Encoders.STRING())
                .collectAsList())
        .containsExactly("positive", "negative", "positive");
    JsonObject quality = place.report().getAsJsonObject("quality");
    assertThat(quality.get("rows").getAsLong()).isEqualTo(3);
    assertThat(quality.get("accuracy").getAsDouble()).isEqualTo(right() / 3.0);
    assertThat(disagreements().count()).isEqualTo(3 - right());
  }

  private Dataset<Row> disagreements() {
    return place
        .spark()
        .read()
        .schema("gold string, label string, row struct<id: string, label: string>")
        .json(place.directory().resolve("work/disagreements").toString())
        .filter("gold <> label AND gold = row.label");
  }

  @Test
  void verbs_goldColumnLabel_takeItAndSaySo() {
    String note = "herd_label for Herd's own label";

    assertThat(place.check(CSV, "herd.gold-column=label").printed()).contains(note);
    assertThat(place.plan(CSV, "herd.gold-column=label").printed()).contains("rows      3");
    assertThat(place.sample(3, CSV, "herd.gold-column=label").printed())
        .contains("gold    negative", "gold    positive", "answer");
  }

  @Test
  void run_everyNameTaken_goesOnWithAPrefixInCsvToo() {
    place.file(
        "in.csv",
        List.of(
            "id,text,label,probability,scores,status,finish_reason,prompt_tokens,error",
            "1,I love it,a,b,c,open,e,f,none",
            "2,It broke,a,b,c,closed,e,f,none"));
    String[] settings = {
      "herd.output.columns.prefix=herd_",
      "herd.output.format=csv",
      "herd.output.options.header=true"
    };

    assertThat(place.run(CSV, settings).code()).isEqualTo(ExitCode.DONE);
    Dataset<Row> output = csv();
    assertThat(output.filter("status = 'open' AND herd_status = 'ok' AND scores = 'c'").count())
        .isEqualTo(1);
    assertThat(output.filter("herd_scores LIKE '{%positive%'").count()).isEqualTo(2);
    assertThat(place.report().getAsJsonObject("audit").get("rows_ok").getAsLong()).isEqualTo(2);
    assertThat(place.run(CSV, settings).code()).as("again").isEqualTo(ExitCode.DONE);
    assertThat(place.reported("rows_generated")).isZero();
  }

  private Dataset<Row> csv() {
    return place
        .spark()
        .read()
        .option("header", true)
        .csv(place.directory().resolve("out").toString());
  }

  @Test
  void run_otherNames_writesAnewAndGeneratesNothing() {
    place.run(CSV, "herd.output.columns.prefix=x_", "herd.output.mode=overwrite");

    Workplace.Ended ended =
        place.run(
            CSV,
            "herd.output.mode=overwrite",
            "herd.gold-column=label",
            "herd.output.columns.rename.label=sentiment",
            "herd.output.columns.select=[label]");

    assertThat(ended.printed()).contains("positive  ");
    assertThat(place.reported("rows_generated")).isZero();
    assertThat(place.output().columns()).containsExactly("id", "text", "label", "sentiment");
    JsonObject audit = place.report().getAsJsonObject("audit");
    assertThat(audit.get("rows_ok").getAsLong()).isEqualTo(3);
    assertThat(audit.get("complete").getAsBoolean()).isTrue();
  }

  @Test
  void run_appendedTwice_hasTheNamesOfTheFirstTime() {
    String[] settings = {"herd.gold-column=label", "herd.output.mode=append"};

    place.run(CSV, settings);
    place.forgetPublishing();
    place.run(CSV, settings);

    assertThat(place.output().count()).isEqualTo(3);
    place.run(CSV, settings);
    assertThat(place.output().filter("herd_label IS NOT NULL").count()).isEqualTo(6);
  }

  @Test
  void run_completionsOfRowsWithAnError_haveTheirOwn() {
    place.input(List.of("{\"text\": \"a\", \"error\": \"old\"}", "{\"error\": \"older\"}"));

    Workplace.Ended ended =
        place.run(
            COMPLETE,
            "herd.output.columns.rename.error=why",
            "herd.output.columns.rename.completion=answer");

    assertThat(ended.code()).isEqualTo(ExitCode.FAILED_ROWS);
    assertThat(ended.printed()).contains("their reasons are in the output's column \"why\".");
    assertThat(place.output().filter("error = 'old' AND why IS NULL AND answer <> ''").count())
        .isEqualTo(1);
    assertThat(place.output().filter("error = 'older' AND why LIKE '%text%'").count()).isEqualTo(1);
  }
}
