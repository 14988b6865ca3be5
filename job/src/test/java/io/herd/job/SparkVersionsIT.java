package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same herd.jar on the Spark distributions that {@code HERD_TEST_SPARKS} names, with colons
 * between them: the oldest and the newest that README promises.
 */
@Tag("real")
@ExtendWith(SharedSpark.class)
class SparkVersionsIT {
  @TempDir Path directory;

  static Stream<String> homes() {
    String homes = System.getenv("HERD_TEST_SPARKS");
    assertThat(homes).as("the environment variable HERD_TEST_SPARKS").isNotBlank();
    return Stream.of(homes.split(File.pathSeparator));
  }

  @ParameterizedTest
  @MethodSource("homes")
  void herd_onThatSpark_labelsOnAnExecutor(String home, SparkSession spark) throws Exception {
    Workplace place = new Workplace(spark, directory).input(Workplace.reviews(0, 100));
    place.file("herd.conf", List.of(Workplace.LABEL));
    Map<String, String> environment = Map.of("SPARK_HOME", home);

    JsonObject report =
        Launched.start(
                directory, environment, "--master", "local-cluster[1,2,1024]", "run", "herd.conf")
            .ends(0)
            .report("work");

    Dataset<Row> output = place.output();
    assertThat(output.filter("status = 'ok' AND label IS NOT NULL").count()).isEqualTo(100);
    assertThat(report.getAsJsonObject("profile").getAsJsonObject("labels").keySet())
        .containsExactlyInAnyOrder("positive", "negative");
    assertThat(report.getAsJsonObject("environment").toString()).contains(version(home));
  }

  /** As the name of its core's jar has it. */
  private static String version(String home) {
    String[] cores =
        Path.of(home, "jars").toFile().list((dir, name) -> name.matches("spark-core_.*"));
    return cores[0].replaceAll(".*-|\\.jar", "");
  }
}
