package io.herd.chaos;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A run with faults, after which the work-dir is used with a grown input, for another output or
 * with other settings: the output is the new run's, and what was in the log isn't generated again.
 * In this JVM.
 */
class ChangesChaos extends RunsHere {
  private static final String SUITE = "changes";

  private static final List<UnaryOperator<Scenario>> CHANGES =
      List.of(Scenario::grown, Scenario::otherwiseWritten, Scenario::longer);

  ChangesChaos() {
    super(SUITE);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("seeds")
  @Timeout(600)
  void run_workDirOfAnother_endsAsUndisturbed(int seed, ChaosReport report, @TempDir Path directory)
      throws Exception {
    Scenario first = Scenario.quick(2 * seed); // overwrites
    Scenario second = CHANGES.get(seed % CHANGES.size()).apply(first);
    Undisturbed before = undisturbed(first.same(), directory.resolve("first"));
    Undisturbed alone = undisturbed(second.same(), directory.resolve("second"));
    Schedule schedule = Schedule.ofFaults(SUITE, seed, before.census());
    Path place = Files.createDirectory(directory.resolve("disturbed"));

    faulty(first, place, schedule).begun();
    // Other settings have other results, and so have drawn texts of a row that is another now.
    Set<String> others = new HashSet<>(Traces.of(place, first).log().keySet());
    others.removeAll(Traces.of(directory.resolve("second"), second).log().keySet());
    Undisturbed expected =
        new Undisturbed(alone.rows(), alone.keys() + others.size(), alone.census());
    Set<List<String>> earlier = Set.of(List.of(Scenario.OLD), before.rows());
    ChaosRun run = chaos(schedule, second, expected, place, earlier);
    Outcome outcome = faulty(second, place, schedule).takingOver(run);

    report.add(outcome);
    run.requireKept(outcome);
  }
}
