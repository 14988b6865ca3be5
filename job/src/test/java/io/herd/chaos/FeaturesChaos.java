package io.herd.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.exit.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The faults of the suite {@code files}, while rows go through two models, come as a batch file,
 * have been tried with variants, ask about the same documents, or are more than a budget pays for.
 */
class FeaturesChaos extends RunsHere {
  private static final String SUITE = "features";

  FeaturesChaos() {
    super(SUITE);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("seeds")
  @Timeout(600)
  void run_featureAndFaults_endsAsUndisturbed(int seed, ChaosReport report, @TempDir Path directory)
      throws Exception {
    Scenario scenario = Scenario.featured(seed);
    Undisturbed expected = undisturbed(scenario.same(), directory.resolve("undisturbed"));
    Schedule schedule = Schedule.ofFaults(SUITE, seed, expected.census());
    Path place = Files.createDirectory(directory.resolve("disturbed"));
    assertThat(answeredByBoth(expected.rows()))
        .as("each model of a cascade answers rows")
        .isEqualTo(scenario.feature() == Feature.CASCADE);
    ChaosRun run = chaos(schedule, scenario, expected, place);

    Outcome outcome = faulty(scenario, place, schedule).disturbed(run);

    report.add(outcome);
    run.requireKept(outcome);
    assertThat(outcome.attempts().contains(ExitCode.STOPPED.number()))
        .as("runs that a budget ended")
        .isEqualTo(scenario.endsEarly());
  }

  private static boolean answeredByBoth(List<String> rows) {
    return Stream.of("small", "large")
        .allMatch(
            model ->
                rows.stream().anyMatch(row -> row.contains("\"answered_by\":\"" + model + '"')));
  }
}
