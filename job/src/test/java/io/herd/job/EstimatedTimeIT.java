package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code plan} and {@code sample} say before a run, beside the time that it takes. Needs a
 * real model: with a tiny one Spark's own work is most of it.
 */
@Tag("real")
@ExtendWith(SharedSpark.class)
class EstimatedTimeIT {
  /** Estimates are for people: another process may come or go between them and the run. */
  private static final double FACTOR = 3;

  private static final int SAMPLED = 1000;
  private static final double PRICE = 3600; // of an hour, so that costs are executors' seconds
  private static final Pattern COST = Pattern.compile("cost +about ([0-9.]+) ");

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
  }

  @Test
  void labels_estimatesAndRun_areNearEachOther() {
    compare(200, LABEL);
  }

  @Test
  @Tag("deep")
  void texts_estimatesAndRun_areNearEachOther() {
    compare(32, COMPLETE, "herd.generate.max-new-tokens=32", "herd.generate.ignore-eos=true");
  }

  private void compare(int rows, String configuration, String... overrides) {
    assertThat(System.getenv("HERD_TEST_MODEL")).as("the folder of a real model").isNotBlank();
    place.input(reviews(0, rows));
    String[] all = new String[overrides.length + 2];
    System.arraycopy(overrides, 0, all, 2, overrides.length);
    all[0] = "herd.model.path=" + System.getenv("HERD_TEST_MODEL");
    all[1] = "herd.run.cost-per-executor-hour=" + PRICE;

    double sampled = seconds(place.sample(20, configuration, all)) * rows / SAMPLED;
    double planned = seconds(place.plan(configuration, all));
    place.run(configuration, all); // its engine is loaded by now
    double took = place.report().getAsJsonObject("seconds_by_step").get("generate").getAsDouble();

    System.err.printf("sample %.1f s, plan %.1f s, run %.1f s%n", sampled, planned, took);
    assertThat(planned).isBetween(took / FACTOR, took * FACTOR);
    assertThat(sampled).isBetween(took / FACTOR, took * FACTOR);
  }

  private static double seconds(Workplace.Ended ended) {
    Matcher cost = COST.matcher(ended.printed());
    assertThat(cost.find()).as(ended.printed()).isTrue();
    return Double.parseDouble(cost.group(1));
  }
}
