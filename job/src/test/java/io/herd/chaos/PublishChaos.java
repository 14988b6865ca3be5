package io.herd.chaos;

import io.herd.chaos.Fault.Effect;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A driver that dies between any two of the operations by which it changes its state and the
 * output, in each mode: as many seeds as there are operations try all of them. In this JVM.
 */
class PublishChaos extends RunsHere {
  private static final String SUITE = "publish";

  PublishChaos() {
    super(SUITE);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("seeds")
  @Timeout(600)
  void run_diesBetweenTwoOperations_endsAsUndisturbed(
      int seed, ChaosReport report, @TempDir Path directory) throws Exception {
    Scenario.Mode[] modes = Scenario.Mode.values();
    Scenario scenario = Scenario.published(modes[seed % modes.length]);
    Undisturbed expected = undisturbed(scenario, directory.resolve("undisturbed"));
    Schedule schedule =
        Schedule.ofStep(SUITE, seed, seed / modes.length, expected.census(), Effect.CRASH);
    Path place = Files.createDirectory(directory.resolve("disturbed"));
    ChaosRun run = chaos(schedule, scenario, expected, place);

    Outcome outcome = faulty(scenario, place, schedule).disturbed(run);

    report.add(outcome);
    run.requireKept(outcome);
  }
}
