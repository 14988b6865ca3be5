package io.herd.chaos;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reads and writes that fail, are torn, happen though they are said to have failed, or are a
 * process's last; tasks that are killed and jobs that are cancelled. All in this JVM.
 */
class FilesChaos extends RunsHere {
  private static final String SUITE = "files";

  FilesChaos() {
    super(SUITE);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("seeds")
  @Timeout(600)
  void run_faults_endsAsUndisturbed(int seed, ChaosReport report, @TempDir Path directory)
      throws Exception {
    Scenario scenario = Scenario.quick(seed);
    Undisturbed expected = undisturbed(scenario.same(), directory.resolve("undisturbed"));
    Schedule schedule = Schedule.ofFaults(SUITE, seed, expected.census());
    Path place = Files.createDirectory(directory.resolve("disturbed"));
    ChaosRun run = chaos(schedule, scenario, expected, place);

    Outcome outcome = faulty(scenario, place, schedule).disturbed(run);

    report.add(outcome);
    run.requireKept(outcome);
  }
}
