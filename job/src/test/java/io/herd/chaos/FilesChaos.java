package io.herd.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.runtime.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reads and writes that fail, are torn, happen though they are said to have failed, or are a
 * process's last; tasks that are killed and jobs that are cancelled. All in this JVM.
 */
@Tag("chaos")
@ExtendWith(ChaosReport.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FilesChaos {
  private static final String SUITE = "files";
  private static final int TASKS = 2;

  private final Map<Scenario, Undisturbed> undisturbed = new HashMap<>();
  private SparkSession spark;

  static IntStream seeds() {
    return Seeds.of(SUITE);
  }

  @BeforeAll
  void start() {
    spark = JobRun.session("local[2,2]").getOrCreate();
  }

  @AfterAll
  void stop(ChaosReport report) throws InterruptedException {
    spark.stop();
    Engines.closeAll();
    report.requireMostFired(SUITE);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("seeds")
  @Timeout(600)
  void run_faults_endsAsUndisturbed(int seed, ChaosReport report, @TempDir Path directory)
      throws Exception {
    Scenario scenario = Scenario.quick(seed);
    Undisturbed expected = undisturbed(scenario, directory);
    Schedule schedule = Schedule.ofFaults(SUITE, seed, expected.census());
    Path place = Files.createDirectory(directory.resolve("disturbed"));
    ChaosRun run = new ChaosRun(schedule, scenario, expected, place, spark, TASKS);

    Outcome outcome =
        JobRun.faulty(spark, scenario, place, schedule.name(), schedule.faults()).disturbed(run);

    report.add(outcome);
    run.requireKept(outcome);
  }

  private Undisturbed undisturbed(Scenario scenario, Path directory) throws Exception {
    Undisturbed known = undisturbed.get(scenario.same());
    if (known == null) {
      Path place = Files.createDirectory(directory.resolve("undisturbed"));
      String name = "undisturbed-" + undisturbed.size();
      known = JobRun.faulty(spark, scenario.same(), place, name, List.of()).undisturbed();
      undisturbed.put(scenario.same(), known);
      assertThat(ChaosRun.report(place).get("tokens_copied").getAsLong() > 0)
          .as("prompts share what an engine computes once")
          .isEqualTo(scenario.documents());
    }
    return known;
  }
}
