package io.herd.chaos;

import io.herd.chaos.Fault.Effect;
import io.herd.udfs.runtime.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
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
 * A driver that dies between any two of the operations by which it changes its state and the
 * output, in each mode: as many seeds as there are operations try all of them. In this JVM.
 */
@Tag("chaos")
@ExtendWith(ChaosReport.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublishChaos {
  private static final String SUITE = "publish";
  private static final int TASKS = 2;

  private final Map<Scenario.Mode, Undisturbed> undisturbed = new EnumMap<>(Scenario.Mode.class);
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
  void run_diesBetweenTwoOperations_endsAsUndisturbed(
      int seed, ChaosReport report, @TempDir Path directory) throws Exception {
    Scenario.Mode[] modes = Scenario.Mode.values();
    Scenario scenario = Scenario.published(modes[seed % modes.length]);
    Undisturbed expected = undisturbed(scenario, directory);
    Schedule schedule =
        Schedule.ofStep(SUITE, seed, seed / modes.length, expected.census(), Effect.CRASH);
    Path place = Files.createDirectory(directory.resolve("disturbed"));
    ChaosRun run = new ChaosRun(schedule, scenario, expected, place, spark, TASKS);

    Outcome outcome =
        JobRun.faulty(spark, scenario, place, schedule.name(), schedule.faults()).disturbed(run);

    report.add(outcome);
    run.requireKept(outcome);
  }

  private Undisturbed undisturbed(Scenario scenario, Path directory) throws Exception {
    Undisturbed known = undisturbed.get(scenario.mode());
    if (known == null) {
      Path place = Files.createDirectory(directory.resolve("undisturbed"));
      String name = "undisturbed-" + scenario.mode().name();
      known = JobRun.faulty(spark, scenario, place, name, List.of()).undisturbed();
      undisturbed.put(scenario.mode(), known);
    }
    return known;
  }
}
