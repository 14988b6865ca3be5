package io.herd.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.endpoint.FakeServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The faults of the suite {@code files}, while rows, or those of a cascade that its small model is
 * unsure of, are done by a server that overloads, fails, cuts and garbles its answers. Attempts
 * whose process dies are taken up by others, and what was logged isn't asked for again.
 */
class EndpointChaos extends RunsHere {
  private static final String SUITE = "endpoint";

  /** Those that end soon; after four of them at one row that fails. */
  private static final FakeServer.Fault[] FAULTS = {
    FakeServer.Fault.ERROR,
    FakeServer.Fault.CUT,
    FakeServer.Fault.NO_JSON,
    FakeServer.Fault.ODD_JSON
  };

  private static final int MOST_FAULTS = 3;
  private static final int MOST_OVERLOADED = 8;

  private final FakeServer server = new FakeServer().sparingTrials();

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

    faults -= server.forgetFaults();
    report.add(outcome);
    run.requireKept(outcome);
    int attempts = outcome.attempts().size(); // each tries the server out
    // Answers wait while storage is slow, and are lost with their process: endpoint-19 under load.
    assertThat(server.asked().size() - asked - attempts - faults)
        .as("answers that were asked for by " + schedule)
        .isLessThanOrEqualTo(attempts * expected.keys() + (int) outcome.repeat_bound());
  }

  private int misbehave(SplittableRandom random) {
    List<FakeServer.Fault> all = new ArrayList<>();
    for (int i = random.nextInt(MOST_FAULTS); i >= 0; i--) {
      all.add(FAULTS[random.nextInt(FAULTS.length)]);
    }
    for (int i = random.nextInt(MOST_OVERLOADED); i >= 0; i--) {
      all.add(random.nextInt(all.size()), FakeServer.Fault.OVERLOADED);
    }
    server.next(all.toArray(FakeServer.Fault[]::new));
    return all.size();
  }
}
