package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Needs a real chat model, and a Spark distribution with bin/spark-submit. */
@Tag("real")
@ExtendWith(SharedSpark.class)
class CompleteIT {
  private static final int ROWS = 8;

  private Path directory;
  private SparkSession spark;

  @BeforeEach
  void makeProject(SparkSession shared, @TempDir Path temporary) throws Exception {
    directory = temporary;
    spark = shared;
    Launched.makeProject(temporary);
    Files.write(temporary.resolve("few.jsonl"), Workplace.reviews(0, ROWS));
  }

  @Test
  void herd_ownSpark_completesWithARealModel() throws Exception {
    complete(Map.of());
  }

  /** SparkVersionsIT gives two Sparks a tiny model. */
  @Test
  @Tag("deep")
  void herd_givenSpark_completesWithARealModel() throws Exception {
    complete(Map.of("SPARK_HOME", needed("HERD_TEST_SPARK_HOME")));
  }

  private void complete(Map<String, String> environment) throws Exception {
    Launched.start(
            directory,
            environment,
            "run",
            "conf/complete.conf",
            "herd.model.path=" + needed("HERD_TEST_MODEL"),
            "herd.input.path=few.jsonl",
            "herd.generate.max-new-tokens=16")
        .ends(0);

    assertThat(
            spark
                .read()
                .parquet(directory.resolve("target/complete/output").toString())
                .filter("status = 'ok' AND length(completion) > 20")
                .count())
        .isEqualTo(ROWS);
  }

  private static String needed(String variable) {
    String value = System.getenv(variable);
    assertThat(value).as("the environment variable " + variable).isNotBlank();
    return value;
  }
}
