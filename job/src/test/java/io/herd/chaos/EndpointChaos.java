package io.herd.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.endpoint.FakeServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The faults of the suite {@code files}, while rows are done by a server that overloads, fails,
 * cuts and garbles its answers. Attempts whose process dies are taken up by others, and what was
 * logged isn't asked for again.
 */
class EndpointChaos extends RunsHere {
  private static final String SUITE = "endpoint";

  /** Those that end soon. */
  private static final FakeServer.Fault[] FAULTS = {
    FakeServer.Fault.OVERLOADED,
    FakeServer.Fault.ERROR,
    FakeServer.Fault.CUT,
    FakeServer.Fault.NO_JSON,
    FakeServer.Fault.ODD_JSON
  };

  private static final int MOST_FAULTS = 12;

  private final FakeServer server = new FakeServer();

  EndpointChaos() {
    super(SUITE);
  }

  @AfterEach
  void settle() {
    server.forgetFaults();
  }

  @AfterAll
  void close() {
    server.close();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("seeds")
  @Timeout(600)
  void run_serverAndFilesFail_endsAsUndisturbed(
      int seed, ChaosReport report, @TempDir Path directory) throws Exception {
    Scenario scenario = Scenario.served(seed, server.url().toString());
    Undisturbed expected = undisturbed(scenario.same(), directory.resolve("undisturbed"));
    Schedule schedule = Schedule.ofFaults(SUITE, seed, expected.census());
    Path place = Files.createDirectory(directory.resolve("disturbed"));
    ChaosRun run = chaos(schedule, scenario, expected, place);
    int asked = server.asked().size();
    int faults = misbehave(new SplittableRandom(seed));

    Outcome outcome = faulty(scenario, place, schedule).disturbed(run);

    report.add(outcome);
    run.requireKept(outcome);
    int trials = outcome.attempts().size(); // each tries the server out
    assertThat(server.asked().size() - asked - trials - faults)
        .as("answers that were asked for by " + schedule)
        .isLessThanOrEqualTo(expected.keys() + (int) outcome.repeat_bound());
  }

  private int misbehave(SplittableRandom random) {
    int faults = 1 + random.nextInt(MOST_FAULTS);
    for (int i = 0; i < faults; i++) {
      server.next(FAULTS[random.nextInt(FAULTS.length)]);
    }
    return faults;
  }
}
