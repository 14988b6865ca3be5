package io.herd.job;

import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.herd.api.HerdRun;
import io.herd.api.HerdSettings;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Calls that do their rows at once, as Python's package makes them. */
@ExtendWith(SharedSpark.class)
class HerdRunTest {
  private Workplace place;
  private Path work;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
    work = directory.resolve("work");
  }

  private HerdRun run(int rows, HerdSettings settings) {
    place.input(reviews(0, rows));
    Dataset<Row> input =
        place.spark().read().json(place.directory().resolve("in.jsonl").toString());
    return HerdRun.of(input, settings);
  }

  private HerdSettings texts(int tokens) {
    return HerdSettings.model(Workplace.MODEL.toString())
        .set("prompt.column", "text")
        .set("generate.max-new-tokens", tokens)
        .set("generate.ignore-eos", true)
        .set("engine.threads", 1)
        .set("engine.slots", 16)
        .set("run.checkpoint.rows", 5)
        .set("run.work-dir", work.toString());
  }

  private static JsonObject figures(HerdRun run) {
    return new Gson().fromJson(run.figures(), JsonObject.class);
  }

  @Test
  void run_ended_hasRowsProgressAndReport() {
    HerdRun run = run(20, texts(3));
    assertThat(run.progress()).isEmpty();
    assertThat(run.report()).isEmpty();

    run.run();

    assertThat(figures(run).get("rows_ok").getAsInt()).isEqualTo(20);
    assertThat(figures(run).get("tokens_out").getAsInt()).isEqualTo(60);
    assertThat(run.report()).contains("ran to the end").contains("tokens a second");
    assertThat(run.progress()).contains("\"rows\":20").contains("\"done\":20");
    assertThat(run.rows().filter("status = 'ok' AND completion IS NOT NULL").count()).isEqualTo(20);
  }

  @Test
  void stop_whileRowsAreGenerated_endsAndTheNextCallGoesOn() throws Exception {
    HerdRun first = run(200, texts(60));
    CompletableFuture<Void> running = CompletableFuture.runAsync(first::run);
    while (!hasResults()) {
      assertThat(running).isNotDone();
      Thread.sleep(20);
    }

    first.stop();

    assertThatThrownBy(() -> running.get(1, TimeUnit.MINUTES))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("the call was stopped");
    assertThat(first.report()).contains("was stopped early");
    HerdRun second = run(200, texts(60));
    second.run();
    int generated = figures(second).get("rows_generated").getAsInt();
    int reused = figures(second).get("rows_reused").getAsInt();
    assertThat(reused).isBetween(5, 199);
    assertThat(generated + reused).isEqualTo(200);
    assertThat(second.rows().filter("status = 'ok'").count()).isEqualTo(200);
  }

  private boolean hasResults() throws IOException {
    Path results = work.resolve("results");
    if (!Files.isDirectory(results)) {
      return false;
    }
    try (Stream<Path> files = Files.list(results)) {
      return files.anyMatch(file -> file.getFileName().toString().matches("[^._].*\\.jsonl"));
    }
  }

  @Test
  void run_withoutWorkDir_isRefused() {
    HerdSettings none = HerdSettings.model(Workplace.MODEL.toString()).set("prompt.column", "text");

    assertThatThrownBy(() -> run(1, none))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("work-dir");
  }

  @Test
  void message_ofAnErrorWithinSparks_isHerdsOwn() {
    Exception sparks =
        new RuntimeException(
            "Job aborted\n\tat a.b.C", new UserException("this is wrong", "mend it."));

    Exception traced =
        new RuntimeException(
            "Job aborted\n\tat a.b.C.d(C.java:1)\n\t... 3 more\nDriver stacktrace:");
    assertThat(HerdRun.message(traced))
        .isEqualTo("Herd failed: java.lang.RuntimeException: Job aborted");
    assertThat(HerdRun.message(sparks))
        .contains("this is wrong")
        .contains("mend it.")
        .doesNotContain("at a.b");
  }
}
