package io.herd.chaos;

import io.herd.job.Launched;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
 * submit/herd on {@code local-cluster} and on a standalone cluster: drivers, executors and workers
 * that are killed, terminated or stall, or end themselves at an operation of their file system.
 */
@Tag("chaos")
@ExtendWith(ChaosReport.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessesChaos {
  /** Silence after which an executor is given up; those that stall are silent for longer. */
  static final String GIVEN_UP = "20s";

  static final String LOOKED_FOR = "2s";

  /** What a decommissioned executor has until it is killed, which is less than its tasks take. */
  static final String NOTICE = "2s";

  private static final String SUITE = "processes";
  private static final int TASKS = 2;
  private static final String LOCAL_CLUSTER = "local-cluster[2,1,1024]";

  private static final Map<String, String> CONF =
      Map.of(
          "spark.decommission.enabled",
          "true",
          "spark.executor.decommission.forceKillTimeout",
          NOTICE,
          "spark.executor.heartbeatInterval",
          "500ms",
          "spark.storage.blockManagerHeartbeatTimeoutMs",
          GIVEN_UP,
          "spark.network.timeoutInterval",
          LOOKED_FOR);

  private final Scenario scenario = Scenario.slow();
  private Undisturbed expected;
  private Cluster cluster;
  private StruckHerd herd;

  static IntStream seeds() {
    return Seeds.of(SUITE);
  }

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    if (seeds().findAny().isEmpty()) {
      return;
    }
    herd = StruckHerd.with(directory);
    cluster = Cluster.start(Files.createDirectory(directory.resolve("cluster")));
    Path place = Files.createDirectory(directory.resolve("undisturbed"));
    scenario.same().prepare(place, StruckHerd.base(SUITE, place));
    Launched run =
        herd.start(place, new Schedule(SUITE, 0, List.of(), List.of()), LOCAL_CLUSTER, CONF);
    if (run.awaitsEnd() != 0) {
      throw new IllegalStateException("the undisturbed run failed: " + run.err());
    }
    Traces traces = Traces.of(place, scenario);
    expected =
        new Undisturbed(traces.output(null).orElseThrow(), traces.log().size(), scenario.census());
  }

  @AfterAll
  void stop(ChaosReport report) {
    if (cluster != null) {
      cluster.close();
    }
    report.requireMostFired(SUITE);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("seeds")
  @Timeout(1200)
  void run_processesStruck_endsAsUndisturbed(int seed, ChaosReport report, @TempDir Path place)
      throws Exception {
    boolean standalone = seed % 2 == 0;
    List<Strike.Target> targets =
        standalone
            ? List.of(Strike.Target.DRIVER, Strike.Target.EXECUTOR, Strike.Target.WORKER)
            : List.of(Strike.Target.DRIVER, Strike.Target.EXECUTOR);
    Schedule schedule =
        Schedule.ofStrikes(SUITE, seed, scenario.census(), scenario.files(), targets);
    ChaosRun run = new ChaosRun(schedule, scenario, expected, place, null, TASKS);
    scenario.prepare(place, StruckHerd.base(schedule.name(), place));

    Outcome outcome = untilDone(run, standalone ? cluster.address() : LOCAL_CLUSTER);

    report.add(outcome);
    run.requireKept(outcome);
  }

  private Outcome untilDone(ChaosRun run, String master) throws Exception {
    AtomicReference<Launched> running = new AtomicReference<>();
    Striker striker =
        Striker.start(
            run.schedule().strikes(),
            ChaosRun.fired(run.place()),
            Traces.of(run.place(), scenario),
            new Processes(running));
    try {
      return run.untilDone(
          () -> {
            running.set(herd.start(run.place(), run.schedule(), master, CONF));
            int code = running.get().awaitsEnd();
            return new ChaosRun.Ended(code, running.get().err());
          });
    } finally {
      striker.end();
      running.get().processes().forEach(ProcessHandle::destroyForcibly); // after a time-out
    }
  }

  /** Of the run, and of the cluster. */
  private final class Processes implements Striker.Processes {
    private final AtomicReference<Launched> running;

    Processes(AtomicReference<Launched> running) {
      this.running = running;
    }

    @Override
    public List<ProcessHandle> of(Strike.Target target) {
      List<ProcessHandle> own = running.get() == null ? List.of() : running.get().processes();
      return switch (target) {
        case DRIVER -> own.stream().limit(1).filter(ProcessHandle::isAlive).toList();
        case WORKER -> cluster.workers();
        case EXECUTOR ->
            Striker.below(
                Stream.concat(own.stream(), cluster.belowWorkers()),
                "CoarseGrainedExecutorBackend");
      };
    }

    @Override
    public void killed(Strike.Target target) {
      if (target == Strike.Target.WORKER) {
        try {
          cluster.startWorker();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
