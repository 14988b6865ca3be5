package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Executors in JVMs of their own: what is sent to them must travel, and engines load there. */
@ExtendWith(SharedSpark.class)
class LocalClusterIT {
  private static final int ROWS = 160; // at 64 rows a task, enough for both executors

  private Workplace place;

  @BeforeEach
  void makeInput(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(Workplace.reviews(0, ROWS));
  }

  @Test
  void herd_twoExecutors_giveWhatOneJvmGives() throws Exception {
    place.run(Workplace.LABEL);
    Map<String, String> expected = labels("out");
    place.file("far.conf", List.of(Workplace.LABEL));

    Launched.start(
            place.directory(),
            "--master",
            "local-cluster[2,1,1024]",
            "run",
            "far.conf",
            "herd.run.work-dir=far",
            "herd.output.path=far-out")
        .ends(0);

    assertThat(labels("far-out")).hasSize(ROWS).isEqualTo(expected);
  }

  private Map<String, String> labels(String output) {
    Map<String, String> labels = new TreeMap<>();
    place
        .spark()
        .read()
        .parquet(place.directory().resolve(output).toString())
        .select("id", "label")
        .collectAsList()
        .forEach(row -> labels.put(row.getString(0), row.getString(1)));
    return labels;
  }
}
