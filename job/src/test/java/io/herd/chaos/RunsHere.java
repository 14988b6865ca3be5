package io.herd.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.runtime.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** A suite whose drivers are this JVM: a session, and what scenarios come to undisturbed. */
@Tag("chaos")
@ExtendWith(ChaosReport.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RunsHere {
  private static final int TASKS = 2;

  private final String suite;
  private final Map<Scenario, Undisturbed> undisturbed = new HashMap<>();
  private SparkSession spark;

  RunsHere(String suite) {
    this.suite = suite;
  }

  IntStream seeds() {
    return Seeds.of(suite);
  }

  @BeforeAll
  void start() {
    spark = JobRun.session("local[" + TASKS + ",2]").getOrCreate();
  }

  @AfterAll
  void stop(ChaosReport report) throws InterruptedException {
    spark.stop();
    Engines.closeAll();
    report.requireMostFired(suite);
  }

  /**
   * What a scenario comes to; the first time it is run.
   *
   * @param place for that, which isn't there
   */
  Undisturbed undisturbed(Scenario scenario, Path place) throws Exception {
    Undisturbed known = undisturbed.get(scenario);
    if (known == null) {
      Files.createDirectory(place);
      String name = "undisturbed-" + undisturbed.size();
      known = JobRun.faulty(spark, scenario, place, name, List.of()).undisturbed();
      undisturbed.put(scenario, known);
      if (scenario.feature() == Feature.TEXTS || scenario.feature() == Feature.DOCUMENTS) {
        assertThat(ChaosRun.report(place).get("tokens_copied").getAsLong() > 0)
            .as("prompts share what an engine computes once")
            .isEqualTo(scenario.feature() == Feature.DOCUMENTS);
      }
    }
    return known;
  }

  /** A run with a schedule's faults. */
  JobRun faulty(Scenario scenario, Path place, Schedule schedule) {
    return JobRun.faulty(spark, scenario, place, schedule.name(), schedule.faults());
  }

  /** The runs of a schedule, with what they are to come to. */
  ChaosRun chaos(Schedule schedule, Scenario scenario, Undisturbed expected, Path place) {
    return new ChaosRun(schedule, scenario, expected, place, spark, TASKS);
  }

  /**
   * Those in a place that another scenario has left.
   *
   * @param before what the output may be until it is the expected one
   */
  ChaosRun chaos(
      Schedule schedule,
      Scenario scenario,
      Undisturbed expected,
      Path place,
      Set<List<String>> before) {
    return new ChaosRun(schedule, scenario, expected, place, spark, TASKS, before);
  }
}
