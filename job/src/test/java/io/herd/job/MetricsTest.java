package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What Spark's UI shows of a session that has run something. */
@ExtendWith(SharedSpark.class)
class MetricsTest {
  private static final Pattern GENERATED =
      Pattern.compile("_HerdPlugin_generated_tokens_Value\\{[^}]*} [1-9]");

  @Test
  void run_inASession_isSeenInItsMetricsAndJobs(SparkSession spark, @TempDir Path directory)
      throws Exception {
    new Workplace(spark, directory).input(Workplace.reviews(0, 4)).run(Workplace.COMPLETE);
    int port = URI.create(spark.sparkContext().uiWebUrl().get()).getPort();
    URI ui = URI.create("http://127.0.0.1:" + port);

    String metrics = "";
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!GENERATED.matcher(metrics).find()) { // engines tell every second
      assertThat(System.nanoTime()).as(metrics).isLessThan(deadline);
      Thread.sleep(200);
      metrics = LivePages.text(ui.resolve("/metrics/prometheus/"));
    }

    assertThat(metrics)
        .containsPattern("_HerdPlugin_slots_Value\\{[^}]*} [1-9]")
        .containsPattern("_HerdPlugin_steps_Value\\{[^}]*} [1-9]");
    List<String> names =
        metrics.lines().map(line -> line.replaceAll("\\{.*", "")).distinct().toList();
    assertThat(Dashboard.names())
        .isNotEmpty()
        .allSatisfy(
            name -> assertThat(names).as(name).anySatisfy(each -> assertThat(each).matches(name)));
    String jobs = "/api/v1/applications/" + spark.sparkContext().applicationId() + "/jobs";
    assertThat(LivePages.text(ui.resolve(jobs)))
        .contains("\"jobGroup\" : \"generate\"", "\"description\" : \"herd: generate\"")
        .contains("\"jobGroup\" : \"publish\"");
  }
}
