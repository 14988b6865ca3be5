package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.endpoint.FakeServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A server for one model of a cascade, for one variant, and for a batch file. */
@ExtendWith(SharedSpark.class)
class EndpointFeaturesTest {
  private static final int ROWS = 60;

  private final FakeServer server = new FakeServer();
  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, ROWS));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String engine() {
    return "engine { kind = endpoint, url = \"" + server.url() + "\" }";
  }

  /** In place of the engine that the configurations have. */
  private String served() {
    return "model.dtype = null, engine.threads = null, " + engine();
  }

  /** Different prompts, those of trials among them. */
  private long prompts() {
    return server.asked().stream().map(body -> body.get("prompt").toString()).distinct().count();
  }

  private Map<String, Row> rows() {
    Map<String, Row> rows = new HashMap<>();
    place.output().collectAsList().forEach(row -> rows.put(row.getAs("id"), row));
    return rows;
  }

  @Test
  void cascade_largeModelOfAServer_isAskedForItsRowsOnceAndToldApart() throws IOException {
    String cascade =
        LABEL
            + "herd.cascade { model.path = \"%s\", target-agreement = 0.5, sample = 40, %s }\n"
                .formatted(Workplace.MODEL, engine());
    assertThat(place.check(cascade).printed())
        .containsSubsequence("✓ cascade           the large model is", "served as fake");
    assertThat(place.plan(cascade).printed()).contains("  executor  ", "labels a sample of 40");
    long trials = prompts();

    assertThat(place.run(cascade).printed()).contains("served as fake (/models/fake) on vllm 9.9");

    JsonObject report = place.report().getAsJsonObject("cascade");
    long asked = report.get("generated").getAsLong();
    assertThat(report.get("rows_large").getAsLong()).isBetween(1L, ROWS - 1L);
    assertThat(prompts() - trials).isEqualTo(asked);
    JsonObject manifest = place.json("work/manifest.json");
    JsonObject large = manifest.getAsJsonObject("cascade").getAsJsonObject("model");
    assertThat(large.getAsJsonObject("endpoint").get("version").getAsString()).isEqualTo("9.9");
    assertThat(manifest.getAsJsonObject("model").get("endpoint").isJsonNull()).isTrue();
    Map<String, Row> both = rows();

    place.run(cascade, "herd.output.mode=overwrite", "herd.run.max-tokens=1");
    assertThat(prompts() - trials).as("the log has them all").isEqualTo(asked);
    assertThat(rows()).isEqualTo(both);
    server.version("10"); // another model: the log has none of its labels
    assertThatThrownBy(
            () -> place.run(cascade, "herd.output.mode=overwrite", "herd.run.max-tokens=1"))
        .hasMessageContaining("need more than the budget has");
    requireTheServers(both);
  }

  /** Rows of the large model are what they are where the server does all rows. */
  private void requireTheServers(Map<String, Row> both) {
    place.run(LABEL + "herd { " + served() + " }\n", "herd.output.mode=overwrite");
    Map<String, Row> alone = rows();
    both.forEach(
        (id, row) -> {
          boolean large = row.getAs("answered_by").equals("large");
          Row expected = large ? alone.get(id) : row;
          assertThat(row.<String>getAs("label")).isEqualTo(expected.getAs("label"));
          assertThat(row.<Double>getAs("probability")).isEqualTo(expected.getAs("probability"));
        });
  }

  @Test
  void cascade_bothModelsOfServers_haveTheirOwn() {
    try (FakeServer small = new FakeServer()) {
      small.serve("small");
      String cascade =
          LABEL
              + "herd { %s, cascade { model.path = \"%s\", target-agreement = 0.9, %s } }\n"
                  .formatted(served(), Workplace.MODEL, engine());

      Workplace.Ended ended = place.run(cascade, "herd.engine.url=" + small.url());

      assertThat(ended.code()).isEqualTo(ExitCode.DONE);
      assertThat(place.reported("rows_generated")).isEqualTo(ROWS);
      assertThat(place.report().getAsJsonObject("cascade").get("generated").getAsLong())
          .as("fewer rows than the sample is asked for, so both label all")
          .isEqualTo(ROWS);
      assertThat(place.report().getAsJsonObject("cascade").get("threshold").getAsDouble())
          .as("these servers answer alike")
          .isZero();
    }
  }

  @Test
  void variants_engineAndServer_areComparedAndTheServersRunAsksForTheRest() {
    String two =
        LABEL
            + "herd { gold-column = human_label, variants { local {}, server { %s } } }\n"
                .formatted(served());

    String printed = place.variants(20, false, two).printed();

    assertThat(printed)
        .containsPattern("(?m)^  server +\\d+\\.\\d % ")
        .contains("local and server differ in");
    long asked = prompts();
    assertThat(place.run(two, "herd.variant=server").code()).isEqualTo(ExitCode.DONE);
    assertThat(place.reported("rows_generated")).isEqualTo(ROWS - 20);
    assertThat(prompts() - asked).isEqualTo(ROWS - 20);
  }

  @Test
  void batch_atAServer_sendsEachRowsSettings() throws IOException {
    List<String> requests = new ArrayList<>();
    for (String settings : List.of("3, \"temperature\": 0.5", "4", "4, \"tools\": [1]")) {
      requests.add(
          """
          {"custom_id": "%s", "method": "POST", "url": "/v1/chat/completions", "body":\
           {"messages": [{"role": "user", "content": "great"}], "max_tokens": %s}}\
          """
              .formatted("r" + requests.size(), settings));
    }
    place.input(requests);
    String batch =
        COMPLETE
            + """
            herd {
              input.format = openai-batch
              prompt { template = null, messages-column = messages }
              output { format = openai-batch, order = input, files = 1 }
              run.max-failed-fraction = 1
              %s
            }
            """
                .formatted(served());

    assertThat(place.run(batch).code()).isEqualTo(ExitCode.DONE);

    assertThat(server.asked())
        .extracting(body -> body.get("max_tokens") + " at " + body.get("temperature"))
        .contains("3 at 0.5", "4 at 0.0");
    List<JsonObject> answers = answers();
    assertThat(answers)
        .extracting(line -> line.get("custom_id").getAsString())
        .containsExactly("r0", "r1", "r2");
    assertThat(answers.get(0).getAsJsonObject("response").get("status_code").getAsInt())
        .isEqualTo(200);
    assertThat(answers.get(2).getAsJsonObject("error").get("message").getAsString())
        .isEqualTo("body.tools isn't supported");
  }

  private List<JsonObject> answers() throws IOException {
    try (Stream<Path> files = Files.list(place.directory().resolve("out"))) {
      Path one = files.filter(file -> file.toString().endsWith(".json")).findFirst().orElseThrow();
      return Files.readAllLines(one).stream()
          .map(line -> JsonParser.parseString(line).getAsJsonObject())
          .toList();
    }
  }
}
