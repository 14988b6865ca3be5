package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.delta.sql.DeltaSparkSessionExtension;
import io.herd.job.exit.ExitCode;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Output to a path in Delta's format, in a session with Delta's extension. */
@ExtendWith(SharedSpark.class)
class DeltaTest {
  private static final String DELTA = "herd.output.format=delta";
  private static final String APPEND = "herd.output.mode=append";

  private SparkSession shared;
  private Workplace place;

  @BeforeEach
  void extend(SparkSession one, @TempDir Path directory) {
    shared = one;
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    SparkSession spark =
        SparkSession.builder()
            .withExtensions(new DeltaSparkSessionExtension())
            .config("spark.databricks.delta.snapshotPartitions", "2")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .getOrCreate();
    place = new Workplace(spark, directory).input(reviews(0, 6));
  }

  @AfterEach
  void putBack() {
    SparkSession.setDefaultSession(shared);
    SparkSession.setActiveSession(shared);
  }

  private long rows() {
    return place.spark().read().format("delta").load(place.directory() + "/out").count();
  }

  @Test
  void run_appendedAndDiedBeforeItSaidSo_appendsNothingTwice() {
    place.run(LABEL, DELTA, APPEND);
    place.input(reviews(6, 9)).run(LABEL, DELTA, APPEND);
    place.forgetPublishing();

    assertThat(place.run(LABEL, DELTA, APPEND).code()).isEqualTo(ExitCode.DONE);

    assertThat(rows()).isEqualTo(9);
    assertThat(place.reported("rows_out")).isEqualTo(3);
    JsonObject audit = place.report().getAsJsonObject("audit");
    assertThat(audit.get("complete").getAsBoolean()).isTrue();
    assertThat(audit.get("read_back").getAsBoolean()).isFalse();
  }

  @Test
  void run_again_replacesInOneCommit() {
    place.run(LABEL, DELTA);
    place.input(reviews(0, 4)).run(LABEL, DELTA);

    assertThat(rows()).isEqualTo(4);
    assertThat(
            place
                .spark()
                .read()
                .format("delta")
                .option("versionAsOf", "0")
                .load(place.directory() + "/out")
                .count())
        .as("what readers saw until then is still whole")
        .isEqualTo(6);
  }
}
