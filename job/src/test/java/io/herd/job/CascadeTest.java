package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.job.config.Settings;
import io.herd.job.config.SettingsReader;
import io.herd.job.exit.ExitCode;
import io.herd.job.review.ComparedRuns;
import io.herd.job.review.ComparisonReport;
import io.herd.job.review.LoggedRun;
import io.herd.job.verb.ReviewVerb;
import io.herd.udfs.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two models that share the rows; the large one computes with other numbers than the small one. */
@Tag("large")
@ExtendWith(SharedSpark.class)
class CascadeTest {
  private static final int ROWS = 60;

  private static final String ONE =
      LABEL + "herd { engine { deterministic = true, max-length = 160, slots = 8 } }\n";

  private static final String LARGE = "herd.cascade.model { path = \"%s\", dtype = bfloat16 }\n";

  /** Rows below 0.65 or so go on. */
  private static final String TWO =
      ONE
          + LARGE.formatted(Workplace.MODEL)
          + "herd.cascade { target-agreement = 0.8, sample = 40, seed = 3 }\n";

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
    place.input(reviews(0, ROWS));
  }

  private Map<String, Row> rows() {
    Map<String, Row> rows = new HashMap<>();
    place.output().collectAsList().forEach(row -> rows.put(row.getAs("id"), row));
    return rows;
  }

  private JsonObject cascade() {
    return place.report().getAsJsonObject("cascade");
  }

  @Test
  void run_twoModels_eachAnswersItsRows() throws IOException {
    Workplace.Ended ended = place.run(TWO);

    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    JsonObject cascade = cascade();
    double threshold = cascade.get("threshold").getAsDouble();
    Map<String, Row> both = rows();
    Map<String, Row> small = alone("small", "herd.model.dtype=float32");
    Map<String, Row> large = alone("large", "herd.model.dtype=bfloat16");
    assertThat(both).hasSize(ROWS);
    both.forEach(
        (id, row) -> {
          boolean stays = small.get(id).<Double>getAs("probability") >= threshold;
          Row expected = (stays ? small : large).get(id);
          assertThat(row.<String>getAs("answered_by")).isEqualTo(stays ? "small" : "large");
          assertThat(row.<String>getAs("label")).isEqualTo(expected.getAs("label"));
          assertThat(row.<Double>getAs("probability")).isEqualTo(expected.getAs("probability"));
        });
    assertThat(cascade.get("sample").getAsLong()).isEqualTo(40);
    assertThat(cascade.get("population").getAsLong()).isEqualTo(ROWS);
    assertThat(cascade.get("at_least").getAsDouble()).isBetween(0.8, 1.0);
    assertThat(cascade.get("rows_small").getAsLong() + cascade.get("rows_large").getAsLong())
        .isEqualTo(ROWS);
    assertThat(place.reported("rows_generated")).isEqualTo(ROWS);
    assertThat(place.logged()).isEqualTo(ROWS + cascade.get("generated").getAsLong());
    JsonObject manifest = place.json("work/manifest.json");
    assertThat(manifest.getAsJsonObject("cascade").getAsJsonObject("promise")).isEqualTo(cascade);
    assertThat(ended.printed()).contains("  cascade   labels with probability ");
    assertThat(Files.readString(place.directory().resolve("work/report.html")))
        .contains("but for a chance of 0.05 at most over the draw of the sample.");
  }

  private Map<String, Row> alone(String name, String... overrides) {
    List<String> all = new ArrayList<>(List.of(overrides));
    all.add("herd.run.work-dir=" + name);
    all.add("herd.output.mode=overwrite");
    place.run(ONE, all.toArray(String[]::new));
    return rows();
  }

  @Test
  void run_again_generatesNothing() {
    place.run(TWO);
    JsonObject first = cascade();
    long logged = place.logged();

    place.run(TWO, "herd.output.mode=overwrite");

    assertThat(place.reported("rows_generated")).isZero();
    assertThat(cascade().get("generated").getAsLong()).isZero();
    assertThat(cascade().get("threshold")).isEqualTo(first.get("threshold"));
    assertThat(place.logged()).isEqualTo(logged);
  }

  /** Each run dies at a later job of the step than the one before, until one comes through. */
  @Test
  void run_killedAtEachJobOfTheStep_endsAsUndisturbed() {
    place.run(TWO, "herd.run.work-dir=calm", "herd.output.path=calm-out");
    List<String> calm = lines("calm-out");
    int deaths = 0;
    while (!comesThrough(deaths)) {
      deaths++;
    }

    assertThat(deaths).isGreaterThan(8);
    assertThat(lines("out")).isEqualTo(calm);
    assertThat(
            place
                .spark()
                .read()
                .json(place.directory().resolve("work/results").toString())
                .select("key")
                .distinct()
                .count())
        .as("no row was generated twice")
        .isEqualTo(place.logged());
  }

  private List<String> lines(String folder) {
    return place
        .spark()
        .read()
        .parquet(place.directory().resolve(folder).toString())
        .toJSON()
        .collectAsList()
        .stream()
        .sorted()
        .toList();
  }

  /** Whether a run comes through whose job of that number in the step is cancelled. */
  private boolean comesThrough(int job) {
    AtomicInteger seen = new AtomicInteger();
    SparkListener cancelling =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            if ("cascade".equals(start.properties().getProperty("spark.jobGroup.id"))
                && seen.getAndIncrement() == job) {
              place.spark().sparkContext().cancelJob(start.jobId());
            }
          }
        };
    place.spark().sparkContext().addSparkListener(cancelling);
    try {
      place.run(TWO);
      return true;
    } catch (Exception e) {
      assertThat(e).hasMessageContaining("cancelled");
      return false;
    } finally {
      place.spark().sparkContext().removeSparkListener(cancelling);
    }
  }

  /** Not even 40 of 40 rows that agree would show that. */
  @Test
  void run_targetOutOfReach_allRowsGoToTheLargeOne() {
    Workplace.Ended ended = place.run(TWO, "herd.cascade.target-agreement=0.99");

    assertThat(ended.printed())
        .contains("no threshold reaches the target: all rows go to the large model");
    assertThat(cascade().get("threshold").isJsonNull()).isTrue();
    assertThat(cascade().get("rows_large").getAsLong()).isEqualTo(ROWS);
    assertThat(place.output().filter("answered_by = 'large'").count()).isEqualTo(ROWS);
  }

  @Test
  void run_goldColumn_boundsTruth() {
    String gold =
        LABEL
            + LARGE.formatted(Workplace.MODEL)
            + "herd { gold-column = human_label, cascade.sample = 60 }\n";
    place.run(gold, "herd.cascade.target-accuracy=0.6");
    assertThat(cascade().get("measure").getAsString()).isEqualTo("accuracy");
    assertThat(cascade().get("held").getAsBoolean()).isTrue();
    assertThat(place.report().get("accuracy").getAsDouble())
        .as("all rows were drawn, so what the sample shows is what they are")
        .isEqualTo(cascade().get("at_least").getAsDouble());

    Workplace.Ended ended =
        place.run(gold, "herd.cascade.target-accuracy=0.999", "herd.output.mode=overwrite");
    assertThat(cascade().get("held").getAsBoolean()).isFalse();
    assertThat(ended.printed()).contains("the large model misses the target");
  }

  @Test
  void configuration_asItStands_keepsWhatItPromises() {
    Settings settings =
        SettingsReader.read(
            Path.of("conf/cascade.conf"),
            List.of(
                "herd.output.path=" + place.directory().resolve("out"),
                "herd.run.work-dir=" + place.directory().resolve("work")),
            Workplace.SAMPLES.getParent());
    new Job(place.spark(), settings, new PrintStream(OutputStream.nullOutputStream())).run();
    Map<String, Row> both = rows();
    place.input(reviews(0, 1000));
    Map<String, Row> large = alone("large");

    assertThat(cascade().get("rows_small").getAsLong()).isGreaterThan(500);
    assertThat(
            both.entrySet().stream()
                .filter(
                    row ->
                        row.getValue()
                            .<String>getAs("label")
                            .equals(large.get(row.getKey()).getAs("label")))
                .count())
        .isGreaterThanOrEqualTo(980);
  }

  @Test
  void otherVerbs_twoModels_sayWhatTheyLookAt() {
    assertThat(place.check(TWO).printed())
        .containsSubsequence("✓ model ", "✓ cascade           the large model is", "✓ model ");
    assertThat(place.plan(TWO).printed())
        .contains("  cascade   tiny-llama labels a sample of 40 rows, and those that");
    assertThat(place.sample(2, TWO).printed())
        .startsWith("cascade   rows are labelled by the small model alone\n");
  }

  @Test
  void review_twoModels_readsTheRowsAsTheyWereAnswered() {
    place.run(TWO, "herd.gold-column=human_label");
    JsonObject quality = place.report().getAsJsonObject("quality");

    ComparisonReport report = ComparedRuns.of(logged("work"), logged("work")).report();

    assertThat(report.rowsBoth()).isEqualTo(ROWS);
    assertThat(report.first().quality().accuracy())
        .isEqualTo(quality.get("accuracy").getAsDouble());
  }

  @Test
  void reviewVerb_twoModels_takesCorrectionsOfBothModelsRows() throws IOException {
    place.run(TWO, "herd.gold-column=human_label");
    double before = place.report().getAsJsonObject("quality").get("accuracy").getAsDouble();
    Map<String, Row> rows = rows();
    Path file = place.directory().resolve("look.jsonl");
    String work = place.directory().resolve("work").toString();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ReviewVerb verb = new ReviewVerb(place.spark(), new PrintStream(printed), Clock.systemUTC());

    verb.write(work, file, 20);
    List<String> corrected = new ArrayList<>();
    int right = 0;
    for (String text : Files.readAllLines(file)) {
      JsonObject line = JsonParser.parseString(text).getAsJsonObject();
      String answer = line.get("answer").getAsString();
      Row row = rows.get(line.getAsJsonObject("row").get("id").getAsString());
      assertThat(answer).isEqualTo(row.getAs("label"));
      if (line.get("why").getAsString().equals("disagrees")) {
        line.addProperty("right", answer);
        right++;
      }
      corrected.add(line.toString());
    }
    Files.write(file, corrected);
    printed.reset();
    verb.read(work, file, true);

    JsonObject report =
        JsonParser.parseString(printed.toString(StandardCharsets.UTF_8)).getAsJsonObject();
    assertThat(right).isPositive();
    assertThat(report.getAsJsonObject("quality").get("accuracy").getAsDouble())
        .isCloseTo(before + (double) right / ROWS, within(1e-9));
  }

  private LoggedRun logged(String workDir) {
    return LoggedRun.open(place.spark(), place.directory().resolve(workDir).toString());
  }

  @Test
  void run_secondModelIsMissing_isRefusedBeforeDataIsRead() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> place.run(TWO, "herd.cascade.model.path=nowhere"))
        .withMessageContaining("nowhere");
    assertThat(place.directory().resolve("work/input")).doesNotExist();
  }

  @Test
  void run_budgetForTheSmallModelAlone_isRefusedForTheSample() {
    long all = tokens();

    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> place.run(TWO, "herd.run.max-tokens=" + all))
        .withMessageContaining("the rows without a result need more than the budget has");
  }

  private long tokens() {
    place.run(ONE, "herd.run.work-dir=other", "herd.output.path=other-out");
    return place.json("other/run.json").get("tokens_in").getAsLong();
  }
}
