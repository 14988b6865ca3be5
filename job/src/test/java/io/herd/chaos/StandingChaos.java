package io.herd.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.chaos.ChaosRun.Ended;
import io.herd.chaos.Fault.Effect;
import io.herd.job.Launched;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.runtime.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A driver that stalls before one of the operations by which it changes its state and the output,
 * for longer than the lease lasts: another run is started and ends, then the first goes on, and
 * then, whatever that has written, there is nothing left to do.
 */
@Tag("chaos")
@ExtendWith(ChaosReport.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StandingChaos {
  private static final String SUITE = "standing";
  private static final String LEASE = "-Dherd.lease.seconds=2"; // lost in 5 s
  private static final String MASTER = "local[2]";
  private static final int TASKS = 2;
  private static final int POLL_MILLIS = 50;

  private final Map<Scenario.Mode, Undisturbed> undisturbed = new EnumMap<>(Scenario.Mode.class);
  private StruckHerd herd;

  static IntStream seeds() {
    return Seeds.of(SUITE);
  }

  @AfterAll
  void stop(ChaosReport report) {
    report.requireMostFired(SUITE);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("seeds")
  @Timeout(600)
  void run_standsStill_endsAsUndisturbed(int seed, ChaosReport report, @TempDir Path directory)
      throws Exception {
    Scenario.Mode mode = seed % 2 == 0 ? Scenario.Mode.OVERWRITE : Scenario.Mode.APPEND;
    Scenario scenario = Scenario.published(mode);
    Undisturbed expected = undisturbed(scenario, directory);
    Schedule schedule = Schedule.ofStep(SUITE, seed, seed / 2, expected.census(), Effect.STAND);
    Path place = Files.createDirectory(directory.resolve("disturbed"));
    ChaosRun run = new ChaosRun(schedule, scenario, expected, place, null, TASKS);
    scenario.prepare(place, StruckHerd.base(schedule.name(), place));
    herd = StruckHerd.with(directory);

    Outcome outcome = run.untilDone(() -> withAnother(run));

    report.add(outcome);
    run.requireKept(outcome);
    if (mode == Scenario.Mode.OVERWRITE) { // an append once more would add the rows on purpose
      assertThat(start(run).awaitsEnd()).as("the same command once more").isZero();
      assertThat(Traces.of(place, scenario).output(null)).contains(expected.rows());
    }
  }

  /** The end of a run, or, where that stalled, of the one that was done. */
  private Ended withAnother(ChaosRun run) throws Exception {
    Launched first = start(run);
    try {
      while (first.lives() && ChaosRun.fired(run.place()).names().isEmpty()) {
        Thread.sleep(POLL_MILLIS);
      }
      if (!first.lives()) {
        return new Ended(first.awaitsEnd(), first.err());
      }
      Launched second = start(run);
      int code = second.awaitsEnd();
      first.signalled("CONT");
      int late = first.awaitsEnd();
      return code == ExitCode.DONE.number()
          ? new Ended(code, second.err())
          : new Ended(late, first.err() + second.err());
    } finally {
      first.processes().forEach(ProcessHandle::destroyForcibly);
    }
  }

  private Launched start(ChaosRun run) throws Exception {
    return herd.start(run.place(), run.schedule(), MASTER, Map.of(), LEASE);
  }

  /** In this JVM, where its operations are counted. */
  private Undisturbed undisturbed(Scenario scenario, Path directory) throws Exception {
    Undisturbed known = undisturbed.get(scenario.mode());
    if (known == null) {
      Path place = Files.createDirectory(directory.resolve("undisturbed"));
      String name = "still-" + scenario.mode().name();
      SparkSession spark = JobRun.session(MASTER).getOrCreate();
      known = JobRun.faulty(spark, scenario, place, name, List.of()).undisturbed();
      spark.stop();
      Engines.closeAll();
      undisturbed.put(scenario.mode(), known);
    }
    return known;
  }
}
