package io.herd.chaos;

import static org.assertj.core.api.Assertions.assertThat;

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
 * Reads and writes that fail, are torn, happen though they are said to have failed, or are a
 * process's last; tasks that are killed and jobs that are cancelled. All in this JVM.
 */
@Tag("chaos")
@ExtendWith(ChaosReport.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FilesChaos {
  private static final String SUITE = "files";

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
  void run_faults_endsAsUndisturbed(int seed, ChaosReport report, @TempDir Path directory)
      throws Exception {
    Scenario scenario = Scenario.quick(seed);
    Path undisturbed = directory.resolve("undisturbed");
    Undisturbed expected = here.undisturbed(scenario.same(), undisturbed);
    if (Files.exists(undisturbed)) { // it is the first that has such a one
      assertThat(ChaosRun.report(undisturbed).get("tokens_copied").getAsLong() > 0)
          .as("prompts share what an engine computes once")
          .isEqualTo(scenario.documents());
    }
    Schedule schedule = Schedule.ofFaults(SUITE, seed, expected.census());
    Path place = Files.createDirectory(directory.resolve("disturbed"));
    ChaosRun run = here.chaos(schedule, scenario, expected, place);

    Outcome outcome = here.faulty(scenario, place, schedule).disturbed(run);

    report.add(outcome);
    run.requireKept(outcome);
  }
}
