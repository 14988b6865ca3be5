package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A run of the real launcher that its budget stops, that is killed then, and that ends at last. */
@Tag("deep")
@ExtendWith(SharedSpark.class)
class BudgetIT {
  private static final int ROWS = 120;

  private static final String SLOW =
      Workplace.COMPLETE
          + """
          herd {
            generate { max-new-tokens = 96, ignore-eos = true }
            engine { slots = 2, max-length = 512 }
            run { checkpoint.rows = 4, over-budget = stop }
          }
          """;

  @Test
  void herd_stoppedByBudgetThenKilled_endsWithTheUndisturbedRows(
      SparkSession spark, @TempDir Path directory) throws Exception {
    Workplace place = new Workplace(spark, directory);
    place.input(Workplace.reviews(0, ROWS)).file("slow.conf", List.of(SLOW));

    Launched stopped =
        Launched.start(directory, "run", "slow.conf", "herd.run.max-tokens=2000").ends(3);
    assertThat(stopped.err()).contains("herd.run.max-tokens, 2,000, was used up");
    JsonObject used = stopped.report("work").getAsJsonObject("budget");
    long logged = place.logged();
    assertThat(used.get("tokens").getAsLong()).isGreaterThan(2000);
    assertThat(used.get("rows_dropped").getAsLong()).as("two slots on each core").isPositive();
    assertThat(logged).isBetween(1L, ROWS - 1L);

    Launched.start(directory, "run", "slow.conf", "herd.run.max-tokens=1000000")
        .awaitsResults("work", place.log().size() + 1)
        .signalled("KILL")
        .ends(137);
    long kept = place.logged();
    assertThat(kept).isBetween(logged + 1, ROWS - 1L);

    Launched last =
        Launched.start(directory, "run", "slow.conf", "herd.run.max-tokens=1000000").ends(0);

    assertThat(last.report("work").get("rows_generated").getAsLong()).isEqualTo(ROWS - kept);
    List<String> rows = rows(place);
    place.run(SLOW, "herd.run.max-tokens=1000000", "herd.run.work-dir=w2", "herd.output.path=o2");
    assertThat(spark.read().parquet(directory.resolve("o2").toString()).collectAsList())
        .extracting(Row::json)
        .containsExactlyInAnyOrderElementsOf(rows);
  }

  private static List<String> rows(Workplace place) {
    return place.output().collectAsList().stream().map(Row::json).toList();
  }
}
