package io.herd.chaos;

import io.herd.chaos.Fault.Effect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
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

  private RunsHere here;

  static IntStream seeds() {
    return Seeds.of(SUITE);
  }

  @BeforeAll
  void start() {
    here = new RunsHere();
  }

  @AfterAll
  void stop(ChaosReport report) throws InterruptedException {
    here.stop();
    report.requireMostFired(SUITE);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("seeds")
  @Timeout(600)
  void run_diesBetweenTwoOperations_endsAsUndisturbed(
      int seed, ChaosReport report, @TempDir Path directory) throws Exception {
    Scenario.Mode[] modes = Scenario.Mode.values();
    Scenario scenario = Scenario.published(modes[seed % modes.length]);
    Undisturbed expected = here.undisturbed(scenario, directory.resolve("undisturbed"));
    Schedule schedule =
        Schedule.ofStep(SUITE, seed, seed / modes.length, expected.census(), Effect.CRASH);
    Path place = Files.createDirectory(directory.resolve("disturbed"));
    ChaosRun run = here.chaos(schedule, scenario, expected, place);

    Outcome outcome = here.faulty(scenario, place, schedule).disturbed(run);

    report.add(outcome);
    run.requireKept(outcome);
  }
}
