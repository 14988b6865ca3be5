package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.job.exit.ExitCode;
import io.herd.job.verb.CompareVerb;
import io.herd.udfs.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two runs side by side. */
@ExtendWith(SharedSpark.class)
class ComparedRunsTest {
  private static final String GOLD = "herd.gold-column=human_label";
  private static final String OTHER = "herd.prompt.template=Is this good or bad? {{ text }}\nIt is";

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, 40));
  }

  private Map<String, String> run(String name, String... more) {
    List<String> overrides = new ArrayList<>(List.of(more));
    overrides.add("herd.run.work-dir=" + name);
    overrides.add("herd.output.path=out-" + name);
    assertThat(place.run(LABEL, overrides.toArray(String[]::new)).code()).isEqualTo(ExitCode.DONE);
    Map<String, String> labels = new HashMap<>();
    for (Row row :
        place.spark().read().parquet(place.directory() + "/out-" + name).collectAsList()) {
      labels.put(row.getAs("id"), row.getAs("label"));
    }
    return labels;
  }

  private ExitCode compare(String first, String second, Optional<Path> file, boolean json) {
    printed.reset();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return new CompareVerb(place.spark(), out)
        .run(place.directory() + "/" + first, place.directory() + "/" + second, file, json);
  }

  private JsonObject compared(String first, String second) {
    assertThat(compare(first, second, Optional.empty(), true)).isEqualTo(ExitCode.DONE);
    return JsonParser.parseString(text()).getAsJsonObject();
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  private Map<String, String> gold() {
    Map<String, String> gold = new HashMap<>();
    for (Row row : place.spark().read().json(place.directory() + "/in.jsonl").collectAsList()) {
      gold.put(row.getAs("id"), row.getAs("human_label"));
    }
    return gold;
  }

  @Test
  void compare_twoPrompts_countsRowsAndTestsTheDifference() throws IOException {
    Map<String, String> first = run("a", GOLD, "herd.run.cost-per-executor-hour=3600");
    Map<String, String> second = run("b", GOLD, OTHER);
    Map<String, String> gold = gold();
    long differ =
        first.keySet().stream().filter(id -> !first.get(id).equals(second.get(id))).count();
    long onlyFirst = only(first, second, gold);
    long onlySecond = only(second, first, gold);
    assertThat(differ).isPositive();

    JsonObject report = compared("a", "b");

    assertThat(report.get("rows_both").getAsLong()).isEqualTo(40);
    assertThat(report.get("rows_differ").getAsLong()).isEqualTo(differ);
    assertThat(report.get("only_first").getAsLong()).isEqualTo(onlyFirst);
    assertThat(report.get("only_second").getAsLong()).isEqualTo(onlySecond);
    assertThat(report.get("id_column").isJsonNull()).isTrue();
    JsonObject quality = report.getAsJsonObject("first").getAsJsonObject("quality");
    long right = first.keySet().stream().filter(id -> first.get(id).equals(gold.get(id))).count();
    assertThat(quality.get("accuracy").getAsDouble()).isCloseTo(right / 40.0, within(1e-12));
    JsonObject own =
        JsonParser.parseString(Files.readString(place.directory().resolve("a/run.json")))
            .getAsJsonObject()
            .getAsJsonObject("quality");
    assertThat(quality.get("confusion")).as("over the same rows").isEqualTo(own.get("confusion"));
    assertThat(quality.get("calibration_error").getAsDouble())
        .isCloseTo(own.get("calibration_error").getAsDouble(), within(1e-12));

    Path file = place.directory().resolve("differ.jsonl");
    compare("a/run.json", "b", Optional.of(file), false);
    assertThat(text())
        .contains("  40 rows are in both, found by their values; " + differ + " (")
        .contains(" have another answer\n")
        .containsPattern("  accuracy +\\d+\\.\\d % \\(\\d+\\.\\d to \\d+\\.\\d\\) +\\d+")
        .containsPattern("McNemar's exact test p = [0-9.]+\n")
        .containsPattern("  rows a second +\\d")
        .contains("  written            " + differ + " rows into ");
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize((int) differ);
    assertThat(lines)
        .allSatisfy(
            line -> {
              JsonObject row = JsonParser.parseString(line).getAsJsonObject();
              String id = row.getAsJsonObject("row").get("id").getAsString();
              assertThat(row.get("first").getAsString()).isEqualTo(first.get(id));
              assertThat(row.get("second").getAsString()).isEqualTo(second.get(id));
              assertThat(row.get("gold").getAsString()).isEqualTo(gold.get(id));
            });
    assertThatThrownBy(() -> compare("a", "b", Optional.of(file), false))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is there already");
  }

  private static long only(
      Map<String, String> one, Map<String, String> other, Map<String, String> gold) {
    return one.keySet().stream()
        .filter(id -> one.get(id).equals(gold.get(id)) && !other.get(id).equals(gold.get(id)))
        .count();
  }

  @Test
  void compare_idsAndPartsOfTheRows_meetById() {
    run("a", "herd.input.id-column=id");
    List<String> rows = new ArrayList<>(reviews(10, 60));
    rows.replaceAll(row -> row.replace("\"text\": \"", "\"text\": \"Well. "));
    place.input(rows);
    run("b", "herd.input.id-column=id", "herd.labelling.abstain-below=1");

    JsonObject report = compared("a", "b");

    assertThat(report.get("id_column").getAsString()).isEqualTo("id");
    assertThat(report.get("rows_both").getAsLong()).isEqualTo(30);
    assertThat(report.get("rows_differ").getAsLong()).as("all of b abstained").isEqualTo(30);
    assertThat(report.get("mcnemar").isJsonNull()).isTrue();
    assertThat(report.getAsJsonObject("first").get("quality").isJsonNull()).isTrue();
  }

  @Test
  void compare_equalRowsAndTheRunItself_differInNothing() {
    List<String> rows = new ArrayList<>(reviews(0, 5));
    rows.addAll(reviews(0, 5));
    place.input(rows);
    run("a", GOLD);

    JsonObject report = compared("a", "a");

    assertThat(report.get("rows_both").getAsLong()).as("each meets one").isEqualTo(10);
    assertThat(report.get("rows_differ").getAsLong()).isZero();
    assertThat(report.get("mcnemar").getAsDouble()).isEqualTo(1);
  }

  @Test
  void run_workDirWithARunBefore_tellsTheChange() {
    place.input(reviews(0, 20));
    place.run(LABEL, GOLD, "herd.output.mode=overwrite");
    JsonObject before = place.report();
    assertThat(before.get("previous").isJsonNull()).isTrue();
    place.input(reviews(0, 40));

    String said = place.run(LABEL, GOLD, "herd.output.mode=overwrite").printed();

    JsonObject previous = place.report().getAsJsonObject("previous");
    assertThat(previous.get("started")).isEqualTo(before.get("started"));
    assertThat(previous.get("rows_out").getAsDouble()).isEqualTo(20);
    assertThat(previous.get("accuracy")).isEqualTo(before.get("accuracy"));
    assertThat(said)
        .contains("  before    begun " + before.get("started").getAsString())
        .containsPattern(" rows +20 -> +40  \\+20\n")
        .containsPattern(" label positive +\\d+\\.\\d % -> ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"outcome\": \"do",
        "[1]",
        "{\"outcome\": {}, \"rows_out\": \"x\", \"previous\": 3}",
        "{\"outcome\": \"done\", \"rows_out\": 2, \"accuracy\": \"x\", \"profile\": {\"labels\":"
            + " {\"a\": []}}}"
      })
  void run_reportBeforeThatIsTornOrOdd_isNoMatter(String report) throws IOException {
    place.input(reviews(0, 2));
    Files.createDirectories(place.directory().resolve("work"));
    Files.writeString(place.directory().resolve("work/run.json"), report);

    assertThat(place.run(LABEL).code()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void run_afterOneThatFailed_isComparedWithTheOneBefore() {
    place.run(LABEL, "herd.output.mode=overwrite");
    String started = place.report().get("started").getAsString();
    assertThatThrownBy(
            () -> place.run(COMPLETE, "herd.run.max-tokens=1", "herd.output.mode=overwrite"))
        .isInstanceOf(UserException.class);

    place.run(LABEL, "herd.output.mode=overwrite");

    assertThat(place.report().getAsJsonObject("previous").get("started").getAsString())
        .isEqualTo(started);
  }
}
