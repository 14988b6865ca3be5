package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Signals in the middle of a run of the real launcher, and the run after them. */
@Tag("large")
@ExtendWith(SharedSpark.class)
class StopIT {
  private static final int ROWS = 60;

  /** Few slots and long completions, so that results come one after the other. */
  private static final String SLOW =
      Workplace.COMPLETE
          + """
          herd {
            generate { max-new-tokens = 96, ignore-eos = true }
            engine { slots = 2, max-length = 512 }
            run.checkpoint.rows = 4
          }
          """;

  private Path directory;
  private SparkSession spark;

  @BeforeEach
  void makeInput(SparkSession shared, @TempDir Path temporary) {
    directory = temporary;
    spark = shared;
    new Workplace(shared, temporary)
        .input(Workplace.reviews(0, ROWS))
        .file("slow.conf", List.of(SLOW));
  }

  @Test
  void herd_int_stopsAndTheNextRunGoesOn() throws Exception {
    stopsAndGoesOn("INT");
  }

  /** GatedModelIT has this signal, too, without the next run. */
  @Test
  @Tag("deep")
  void herd_term_stopsAndTheNextRunGoesOn() throws Exception {
    stopsAndGoesOn("TERM");
  }

  private void stopsAndGoesOn(String signal) throws Exception {
    Launched stopped =
        Launched.start(directory, "run", "slow.conf")
            .signalledAfterItsFirstResults(signal, "work")
            .ends(3);

    assertThat(stopped.out()).contains("Stopped. Run the same command again to resume.");
    assertThat(stopped.err())
        .doesNotContain("\tat ")
        .doesNotContain("The run didn't end in time"); // which is 10 s
    JsonObject report = stopped.report("work");
    assertThat(report.get("outcome").getAsString()).isEqualTo("stopped");
    assertThat(report.get("exit_code").getAsInt()).isEqualTo(3);
    assertThat(directory.resolve("out")).doesNotExist();

    finishes();
  }

  @Test
  void herd_signalWhileTheInputIsStored_endsWithoutATrace() throws Exception {
    Launched run = Launched.start(directory, "run", "slow.conf");
    while (!Files.exists(directory.resolve("work/input"))) {
      assertThat(run.lives()).isTrue();
      Thread.sleep(20);
    }
    run.signalled("INT").ends(3);

    assertThat(run.out()).contains("Stopped. Run the same command again to resume.");
    assertThat(run.err()).doesNotContain("\tat ").doesNotContain("ERROR");
  }

  @Test
  void herd_killed_isFinishedByTheNextRun() throws Exception {
    Launched.start(directory, "run", "slow.conf")
        .signalledAfterItsFirstResults("KILL", "work")
        .ends(137);

    finishes();
  }

  private void finishes() throws Exception {
    Launched second = Launched.start(directory, "run", "slow.conf").ends(0);

    JsonObject report = second.report("work");
    assertThat(report.get("rows_reused").getAsLong()).isPositive();
    assertThat(report.get("rows_generated").getAsLong()).isBetween(1L, ROWS - 1L);
    Dataset<Row> output = spark.read().parquet(directory.resolve("out").toString());
    assertThat(output.filter("status = 'ok' AND completion_tokens = 96").count()).isEqualTo(ROWS);
    assertThat(output.select("id").distinct().count()).isEqualTo(ROWS);
  }
}
