package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The first command that a reader of the README tries. */
@ExtendWith(SharedSpark.class)
class DemoIT {
  @TempDir Path directory;

  @Test
  void herd_demo_labelsAThousandReviews(SparkSession spark) throws Exception {
    Launched.makeProject(directory);

    Launched demo = Launched.start(directory, "run", "conf/demo.conf").ends(0);

    assertThat(demo.err()).as("the console has nothing of Spark's").isEmpty();
    assertThat(demo.out())
        .contains(
            "rows      1,000 in, 1,000 out: 1,000 ok, 0 failed; 1,000 generated now, 0 reused")
        .contains("output    " + directory.toRealPath() + "/target/demo/output");
    assertThat(withoutFigures(demo.out()).lines())
        .as("what README shows")
        .containsAll(
            withoutFigures(Documents.blocks("README.md", "text").get(0).text()).lines().toList());
    assertThat(spark.read().parquet(directory.resolve("target/demo/output").toString()).count())
        .isEqualTo(1000);
    JsonObject report = demo.report("target/demo/work");
    assertThat(report.keySet())
        .containsExactly(
            "schema",
            "name",
            "started",
            "outcome",
            "exit_code",
            "rows_in",
            "rows_out",
            "rows_ok",
            "rows_failed",
            "rows_reused",
            "rows_generated",
            "tokens_in",
            "tokens_out",
            "tokens_copied",
            "seconds",
            "seconds_by_step",
            "tokens_per_second",
            "rows_per_second",
            "model",
            "engines",
            "engine_busy",
            "label_share",
            "throughput",
            "executors",
            "cost",
            "cost_per_thousand",
            "budget",
            "profile",
            "audit",
            "accuracy",
            "quality",
            "cascade",
            "previous",
            "error",
            "environment",
            "configuration");
    assertThat(report.get("outcome").getAsString()).isEqualTo("done");
    assertThat(report.get("exit_code").getAsInt()).isZero();
    assertThat(report.get("rows_in").getAsLong()).isEqualTo(1000);
    assertThat(report.get("rows_out").getAsLong()).isEqualTo(1000);
    assertThat(report.get("rows_generated").getAsLong()).isEqualTo(1000);
    assertThat(report.get("accuracy").getAsDouble()).isGreaterThanOrEqualTo(0.77);
    assertThat(report.getAsJsonObject("quality").getAsJsonArray("classes")).hasSize(2);
    assertThat(report.get("tokens_in").getAsLong()).isGreaterThan(30_000);
    assertThat(report.get("tokens_per_second").getAsDouble()).isPositive();
    JsonArray points = report.getAsJsonArray("throughput");
    JsonObject end = points.get(points.size() - 1).getAsJsonObject();
    assertThat(end.get("rows").getAsLong()).isEqualTo(1000);
    assertThat(end.get("tokens_computed").getAsLong())
        .as("what the chart shows is what the page says")
        .isEqualTo(report.get("tokens_in").getAsLong());
    assertThat(report.get("engine_busy").getAsDouble()).isBetween(0.5, 1.0);
    assertThat(report.get("label_share").getAsDouble()).isBetween(0.01, 1.0);
    assertThat(report.get("error").isJsonNull()).isTrue();
    assertThat(report.getAsJsonObject("seconds_by_step").keySet())
        .containsExactly("resolve", "read", "plan", "generate", "publish", "review");
    assertThat(report.getAsJsonArray("engines"))
        .hasSize(1)
        .allSatisfy(
            engine ->
                assertThat(engine.getAsString())
                    .contains("cpu, ", " kernels: The capital of France is"));
    JsonObject model = report.getAsJsonObject("model");
    assertThat(model.keySet()).containsExactly("id", "commit", "dtype", "parameters");
    assertThat(model.get("id").getAsString()).isEqualTo("tiny-llama");
    assertThat(report.getAsJsonObject("configuration").keySet())
        .contains("model", "input", "prompt", "choices", "output", "run", "engine");
  }

  /** Another processor rounds otherwise. */
  private static String withoutFigures(String printed) {
    return printed.replaceAll("0\\.\\d+|\\d+\\.\\d+(?= %)", "#");
  }

  @Test
  void herd_wrongConfiguration_endsWithTwoAndAMessageOnly() throws Exception {
    Launched.makeProject(directory);

    Launched call =
        Launched.start(directory, "run", "conf/demo.conf", "herd.input.path=nowhere.jsonl").ends(2);

    assertThat(call.err())
        .startsWith("the input can't be read: [PATH_NOT_FOUND]")
        .contains(directory.toRealPath() + "/nowhere.jsonl", "What to do: ")
        .doesNotContain("\tat ")
        .hasLineCount(2);
    assertThat(call.report("target/demo/work").get("outcome").getAsString())
        .isEqualTo("user_error");
  }
}
