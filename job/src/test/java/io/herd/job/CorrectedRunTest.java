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
import io.herd.job.verb.ReviewVerb;
import io.herd.udfs.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A run whose rows a person has looked at. */
@ExtendWith(SharedSpark.class)
class CorrectedRunTest {
  private static final String GOLD = "herd.gold-column=human_label";

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private Workplace place;
  private Path file;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, 40));
    file = directory.resolve("look.jsonl");
  }

  private ReviewVerb verb() {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return new ReviewVerb(place.spark(), out, Clock.systemUTC());
  }

  private String workDir() {
    return place.directory().resolve("work").toString();
  }

  private List<JsonObject> written(int most) throws IOException {
    assertThat(verb().write(workDir(), file, most)).isEqualTo(ExitCode.DONE);
    return Files.readAllLines(file).stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .toList();
  }

  private JsonObject review(List<JsonObject> lines) throws IOException {
    Files.write(file, lines.stream().map(JsonObject::toString).toList());
    printed.reset();
    assertThat(verb().read(workDir(), file, true)).isEqualTo(ExitCode.DONE);
    return JsonParser.parseString(printed.toString(StandardCharsets.UTF_8)).getAsJsonObject();
  }

  /** All that a run has written, by name. */
  private Map<String, String> files() throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(place.directory())) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        if (!each.getFileName().toString().matches("review-.*|look.*")) {
          all.put(each.toString(), Files.readString(each, StandardCharsets.ISO_8859_1));
        }
      }
    }
    return all;
  }

  @Test
  void review_goldThatWasWrong_isMeasuredAgainAndNothingElseChanges() throws IOException {
    place.run(LABEL, GOLD);
    long wrong = place.report().getAsJsonObject("quality").get("disagreements").getAsLong();
    Map<String, String> before = files();
    List<JsonObject> lines = written(20);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(lines).hasSize(20);
    List<JsonObject> disagree =
        lines.stream().filter(line -> line.get("why").getAsString().equals("disagrees")).toList();
    assertThat(disagree).hasSize((int) Math.min(10, wrong));
    assertThat(disagree)
        .allSatisfy(
            line -> {
              assertThat(line.get("gold")).isNotEqualTo(line.get("answer"));
              assertThat(line.getAsJsonObject("row").get("human_label"))
                  .isEqualTo(line.get("gold"));
              assertThat(line.get("right").getAsString()).isEmpty();
            });
    for (int i = 0; i < 3; i++) {
      disagree.get(i).addProperty("right", disagree.get(i).get("answer").getAsString());
    }
    disagree.get(3).addProperty("right", disagree.get(3).get("gold").getAsString());

    JsonObject report = review(lines);

    assertThat(report.get("basis").getAsString()).isEqualTo("gold");
    assertThat(report.get("looked").getAsLong()).isEqualTo(4);
    assertThat(report.get("wrong").getAsLong()).isEqualTo(1);
    assertThat(report.get("gold_changed").getAsLong()).isEqualTo(3);
    JsonObject gold = report.getAsJsonObject("before");
    JsonObject own = place.report().getAsJsonObject("quality");
    assertThat(gold.get("confusion")).isEqualTo(own.get("confusion"));
    assertThat(gold.get("classes")).isEqualTo(own.get("classes"));
    assertThat(gold.get("calibration_error").getAsDouble())
        .isCloseTo(own.get("calibration_error").getAsDouble(), within(1e-12));
    JsonObject quality = report.getAsJsonObject("quality");
    assertThat(quality.get("accuracy").getAsDouble())
        .isCloseTo((40 - wrong + 3) / 40.0, within(1e-12));
    assertThat(report.getAsJsonArray("thresholds").get(0).getAsJsonObject().get("accuracy"))
        .isEqualTo(quality.get("accuracy"));
    assertThat(report.getAsJsonObject("accuracy_interval").get("low").getAsDouble())
        .isLessThan(quality.get("accuracy").getAsDouble());
    assertThat(files()).isEqualTo(before);
    try (Stream<Path> reports = Files.list(place.directory().resolve("work"))) {
      assertThat(reports.filter(each -> each.toString().matches(".*/review-\\d+T\\d+\\.json")))
          .hasSize(1);
    }

    printed.reset();
    verb().read(workDir() + "/run.json", file, false);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains(": 4 of 20 rows have a right label; 1 answers and 3 gold labels differ from it")
        .contains("all rows with a right answer: the gold column, corrected by the file")
        .containsPattern("accuracy  \\d+\\.\\d % of 40 rows, calibration error .*; before ")
        .contains("  abstain   80 % right: ", "/work/review-");
  }

  @Test
  void review_withoutGold_measuresTheRandomRowsAlone() throws IOException {
    place.run(LABEL, "herd.labelling.abstain-below=0.55");
    List<JsonObject> lines = written(30);
    assertThat(lines)
        .extracting(line -> line.get("why").getAsString())
        .contains("random", "unsure");
    lines.forEach(line -> line.addProperty("right", "positive"));

    JsonObject report = review(lines);

    assertThat(report.get("basis").getAsString()).isEqualTo("random");
    assertThat(report.get("before").isJsonNull()).isTrue();
    JsonObject all = report.getAsJsonArray("thresholds").get(0).getAsJsonObject();
    assertThat(all.get("answered").getAsLong()).isEqualTo(15);
    assertThat(report.getAsJsonObject("quality").get("rows").getAsLong()).isEqualTo(15);
    long positive =
        lines.subList(0, 15).stream()
            .filter(line -> line.get("answer").getAsString().equals("positive"))
            .count();
    assertThat(all.get("accuracy").getAsDouble()).isEqualTo(positive / 15.0);

    lines.forEach(line -> line.remove("why"));
    JsonObject chosen = review(lines);
    assertThat(chosen.get("basis").getAsString()).isEqualTo("chosen");
    assertThat(chosen.getAsJsonArray("thresholds")).isEmpty();
  }

  @Test
  void review_table_isTakenAsLinesAre() throws IOException {
    place.run(LABEL, GOLD);
    file = place.directory().resolve("look.csv");
    verb().write(workDir(), file, 4);
    String table = Files.readString(file);
    assertThat(table).startsWith("key,why,answer,probability,gold,right,row\n");
    String key = table.lines().toList().get(1).split(",", 2)[0];
    Files.writeString(file, "key,right\n" + key + ",negative\n");

    assertThat(verb().read(workDir(), file, false)).isEqualTo(ExitCode.DONE);
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("1 of 1 rows have a right label");
    assertThatThrownBy(() -> verb().write(workDir(), file, 4))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is there already");
  }

  @Test
  void review_linesThatDontFitTheRun_areNamed() throws IOException {
    place.run(LABEL, GOLD);
    List<JsonObject> lines = written(4);
    lines.get(1).addProperty("right", "postive");
    lines.get(2).addProperty("key", "gone");
    lines.get(2).addProperty("right", "positive");

    assertThatThrownBy(() -> review(lines))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("line 2 has no label of the run's, [negative, positive]")
        .hasMessageContaining("line 3 has a key that no row with a result has");
    assertThatThrownBy(() -> verb().read(place.directory() + "/nowhere", file, false))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("there is no run in ");
  }

  @Test
  void review_texts_areComparedAsTheyAre() throws IOException {
    place.run(COMPLETE, GOLD);
    double before = place.report().get("accuracy").getAsDouble();
    List<JsonObject> lines = written(4);
    assertThat(lines.get(0).get("why").getAsString()).isEqualTo("disagrees");
    lines.get(0).addProperty("right", lines.get(0).get("answer").getAsString());

    JsonObject report = review(lines);

    assertThat(report.getAsJsonObject("quality").get("accuracy").getAsDouble())
        .isCloseTo(before + 1 / 40.0, within(1e-12));
    assertThat(report.getAsJsonArray("thresholds")).isEmpty();
  }
}
