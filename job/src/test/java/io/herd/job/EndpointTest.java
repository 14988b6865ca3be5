package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import io.herd.udfs.endpoint.FakeAnswers;
import io.herd.udfs.endpoint.FakeServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose rows are done by a server, under the promises that others have. */
@ExtendWith(SharedSpark.class)
class EndpointTest {
  private final FakeServer server = new FakeServer();
  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(reviews(0, 40));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** The same with a server in place of an engine. */
  private String at(String configuration) {
    return configuration.replace(", dtype = float32", "").replace("  engine.threads = 1\n", "")
        + "herd.engine { kind = endpoint, url = \""
        + server.url()
        + "\" }\n";
  }

  /** Prompts of rows that were asked for, without the handshakes' trials. */
  private List<String> prompts() {
    return server.asked().stream()
        .filter(body -> body.get("max_tokens").getAsInt() > 1)
        .map(body -> body.get("prompt").toString())
        .toList();
  }

  private JsonObject manifest() throws IOException {
    return JsonParser.parseString(Files.readString(place.directory().resolve("work/manifest.json")))
        .getAsJsonObject();
  }

  @Test
  void run_completions_areTheServersAndAreKept() throws IOException {
    place.input(reviews(0, 20));
    List<String> twice = new ArrayList<>(reviews(0, 20));
    twice.add(reviews(0, 1).get(0).replaceFirst("\"id\": ?\"", "$0again-"));
    place.input(twice);

    Workplace.Ended ended = place.run(at(COMPLETE));

    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    assertThat(ended.printed()).contains("served as fake (/models/fake) on vllm 9.9");
    assertThat(prompts()).as("equal prompts once").hasSize(20).doesNotHaveDuplicates();
    assertThat(place.output().filter("status = 'ok'").count()).isEqualTo(21);
    assertThat(place.output().filter("completion rlike '^ [0-9]+ of [0-9]+$'").count())
        .isEqualTo(21);
    JsonObject endpoint = manifest().getAsJsonObject("model").getAsJsonObject("endpoint");
    assertThat(endpoint.get("version").getAsString()).isEqualTo("9.9");
    assertThat(endpoint.get("promise").getAsString()).contains("another answer");

    assertThat(place.run(at(COMPLETE)).code()).isEqualTo(ExitCode.DONE);
    assertThat(place.reported("rows_generated")).isZero();
    assertThat(prompts()).hasSize(20);
  }

  @Test
  void run_otherVersionOfTheServer_isAnotherResult() {
    place.run(at(COMPLETE));
    server.version("10.0");
    place.run(at(COMPLETE));
    assertThat(place.reported("rows_generated")).isEqualTo(40);
  }

  @Test
  void run_labels_haveProbabilities() {
    assertThat(place.run(at(LABEL), "herd.labelling.calibrate=true").code())
        .isEqualTo(ExitCode.DONE);
    List<Row> rows = place.output().collectAsList();
    assertThat(rows)
        .hasSize(40)
        .allSatisfy(
            row -> {
              assertThat(row.<String>getAs("label")).isIn("positive", "negative");
              assertThat(row.<Double>getAs("probability")).isBetween(0.5, 1.0);
            });
  }

  /** As llama-cpp-python's server, which answers ids with 500. */
  @Test
  void run_serverThatTakesTextsAlone_isRefusedByThat() {
    server.bad(body -> body.get("prompt").isJsonArray());
    for (String configuration : List.of(COMPLETE, LABEL)) {
      assertThatThrownBy(() -> place.run(at(configuration)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("completes texts, but no prompts of token ids");
    }
  }

  @Test
  void run_moderation_isJudgedByLogprobsAndHasItsCategories() {
    Guards.in(place.directory(), "guard3");
    place.input(reviews(0, 40).stream().map(row -> row.replace("\"text\"", "\"said\"")).toList());
    server
        .longest(512)
        .answers(new FakeAnswers(ids -> ids.size() % 2 == 0 ? "\nS2,S1" : "\nS99", 0));
    String judge =
        """
        herd {
          task = moderation
          model.path = guard
          input { format = json, path = in.jsonl }
          moderation.prompt-column = said
          output.path = out
          run { work-dir = work, max-failed-fraction = 1 }
        }
        """;

    assertThat(place.run(at(judge)).code()).isEqualTo(ExitCode.DONE);

    Set<String> told =
        new HashSet<>(
            place
                .output()
                .selectExpr("concat_ws(' ', status, safe, array_join(categories, ','), error)")
                .as(Encoders.STRING())
                .collectAsList());
    assertThat(told)
        .as("to the fake, all of these chats are unsafe")
        .containsExactlyInAnyOrder(
            "ok false S2,S1", "failed the server's text isn't of herd.format");
    server.owner("other");
    assertThatThrownBy(() -> place.run(at(judge), "herd.output.mode=overwrite"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("doesn't offer herd.task");
  }

  @Test
  void run_formatThatTheServerBreaks_failsTheseRows() {
    server.answers(
        new FakeAnswers(
            ids -> ids.size() % 2 == 0 ? "{\n  \"stars\": 4\n}" : "{\"stars\": \"four\"}", 0));
    String schema =
        "herd.format.json-schema { type = object, required = [stars],"
            + " properties { stars { type = integer } }, additionalProperties = false }\n";

    place.run(
        at(COMPLETE) + schema, "herd.generate.max-new-tokens=40", "herd.run.max-failed-fraction=1");

    assertThat(place.output().filter("status = 'ok'").select("completion").distinct().head())
        .hasToString("[{\"stars\":4}]");
    assertThat(place.output().filter("status = 'failed'").select("error").distinct().head())
        .hasToString("[the server's text isn't of herd.format]");
    assertThat(server.asked().get(1).get("response_format").toString())
        .contains("\"json_schema\"", "\"strict\":true", "\"required\":[\"stars\"]");
  }

  @Test
  void run_serverReplacedAmidst_goesOnWithNothingAskedTwiceThatIsLogged() {
    server.replaceAfter(25, "another");
    String[] slow = {"herd.engine.slots=2", "herd.run.checkpoint.rows=4"};
    assertThatThrownBy(() -> place.run(at(COMPLETE), slow))
        .hasMessageContaining("the run began with fake");
    Set<String> before = new HashSet<>(prompts());
    long logged =
        place
            .spark()
            .read()
            .json(place.directory().resolve("work/results").toString())
            .filter("status = 'ok'")
            .count();
    assertThat(logged).isBetween(8L, 25L);

    server.serve("fake");
    assertThat(place.run(at(COMPLETE), slow).code()).isEqualTo(ExitCode.DONE);

    assertThat(place.reported("rows_reused")).isEqualTo(logged);
    assertThat(place.output().filter("status = 'ok'").count()).isEqualTo(40);
    long twice = prompts().stream().filter(before::contains).count() - before.size();
    assertThat(twice).as("only what was under way").isLessThanOrEqualTo(before.size() - logged);
  }

  @Test
  void run_noServer_isSaidBeforeDataAreRead() {
    server.close();
    assertThatThrownBy(() -> place.run(at(COMPLETE)))
        .hasMessageContaining(server.url() + " takes no connection");
    assertThat(place.directory().resolve("work/input")).doesNotExist();
  }

  @Test
  void run_keyThatIsWanted_isAskedForByName() {
    server.key("sk-something");
    assertThatThrownBy(() -> place.run(at(COMPLETE)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("wants a key")
        .hasMessageContaining("HERD_ENDPOINT_KEY");
  }

  @Test
  void checkPlanSample_atAServer_sayWhatItIs() {
    assertThat(place.check(at(COMPLETE)).printed())
        .contains("served as fake", "rows up to 256 tokens")
        .doesNotContain("memory");
    assertThat(place.plan(at(COMPLETE)).printed())
        .contains("served as fake", "not estimated: the server decides it");
    assertThat(place.sample(3, at(COMPLETE)).printed()).contains(" of ");
  }

  @Test
  void settings_ofAnEngine_areRefusedByName() {
    assertThatThrownBy(() -> place.run(at(COMPLETE), "herd.engine.lanes=2"))
        .hasMessageContaining("herd.engine.lanes: does nothing with herd.engine.kind");
    assertThatThrownBy(() -> place.run(COMPLETE + "herd.engine.kind = endpoint\n"))
        .hasMessageContaining("herd.engine.url: is needed");
    assertThatThrownBy(() -> place.run(COMPLETE, "herd.engine.url=http://localhost:1"))
        .hasMessageContaining("unless herd.engine.kind = endpoint");
  }
}
