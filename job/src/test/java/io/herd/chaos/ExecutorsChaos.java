package io.herd.chaos;

import io.herd.chaos.Fault.Kind;
import io.herd.udfs.runtime.Engines;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
 * Executors of {@code local-cluster} that are killed, stall, or end themselves at one of their file
 * system's operations. The driver is this JVM.
 */
@Tag("chaos")
@ExtendWith(ChaosReport.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExecutorsChaos {
  private static final String SUITE = "executors";
  private static final int TASKS = 2;

  private final Scenario scenario = Scenario.slow();
  private Undisturbed expected;
  private SparkSession spark;

  static IntStream seeds() {
    return Seeds.of(SUITE);
  }

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    if (seeds().findAny().isEmpty()) {
      return;
    }
    spark =
        JobRun.session("local-cluster[2,1,1024]")
            .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .config("spark.executor.extraJavaOptions", "-D" + FaultyFileSystem.HALT + "=true")
            .config("spark.deploy.maxExecutorRetries", "-1")
            .config("spark.decommission.enabled", "true")
            .config("spark.executor.decommission.forceKillTimeout", ProcessesChaos.NOTICE)
            .config("spark.worker.timeout", "600")
            .config("spark.storage.blockManagerHeartbeatTimeoutMs", ProcessesChaos.GIVEN_UP)
            .config("spark.network.timeoutInterval", ProcessesChaos.LOOKED_FOR)
            .getOrCreate();
    expected =
        JobRun.faulty(spark, scenario.same(), directory, "undisturbed-executors", List.of())
            .undisturbed();
  }

  @AfterAll
  void stop(ChaosReport report) throws InterruptedException {
    if (spark != null) {
      spark.stop();
    }
    Engines.closeAll();
    report.requireMostFired(SUITE);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("seeds")
  @Timeout(900)
  void run_executorsStruck_endsAsUndisturbed(int seed, ChaosReport report, @TempDir Path place)
      throws Exception {
    Map<Kind, Integer> census = new TreeMap<>(expected.census());
    census.keySet().removeIf(kind -> kind.place() == Fault.Place.SPARK);
    census.putAll(scenario.census());
    Schedule schedule =
        Schedule.ofStrikes(SUITE, seed, census, scenario.files(), List.of(Strike.Target.EXECUTOR));
    ChaosRun run = new ChaosRun(schedule, scenario, expected, place, spark, TASKS);
    JobRun job = JobRun.faulty(spark, scenario, place, schedule.name(), schedule.faults());

    Outcome outcome = struck(job, run);

    report.add(outcome);
    run.requireKept(outcome);
  }

  private Outcome struck(JobRun job, ChaosRun run) throws Exception {
    Striker striker =
        Striker.start(
            run.schedule().strikes(),
            ChaosRun.fired(run.place()),
            Traces.of(run.place(), scenario),
            target -> executors());
    try {
      return job.disturbed(run);
    } finally {
      striker.end();
    }
  }

  private static List<ProcessHandle> executors() {
    return Striker.below(ProcessHandle.current().descendants(), "CoarseGrainedExecutorBackend");
  }
}
