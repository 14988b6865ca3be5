package io.herd.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.chaos.Fault.Operation;
import io.herd.chaos.History.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories that would be faults. */
class HistoryCheckTest {
  private final List<Step> steps = new ArrayList<>();

  private HistoryCheckTest then(String run, Operation operation, String path, String result) {
    long begin = 10L * steps.size();
    steps.add(new Step(begin, begin + 5, run, operation, "/p/" + path, result));
    return this;
  }

  private HistoryCheckTest published(String run, int claim) {
    return then(run, Operation.CREATE, "work/lease/lease-0000000" + claim + ".json", "done")
        .then(run, Operation.RENAME, "out", "true")
        .then(run, Operation.RENAME, "work/manifest.json", "true");
  }

  @Test
  void problem_runsOneAfterTheOther_isNone() {
    then("1.0", Operation.RENAME, "work/results/a-00000-1-00000.jsonl", "true")
        .published("1.0", 1)
        .published("2.0", 2)
        .then("2.0", Operation.READ, "out/part-0", "done");

    assertThat(new HistoryCheck(steps).problem()).isEmpty();
  }

  @Test
  void problem_resultsReplacedOrRemoved_isFound() {
    String file = "work/results/a-00000-1-00000.jsonl";
    then("1.0", Operation.RENAME, file, "true").then("1.0", Operation.RENAME, file, "false");
    assertThat(new HistoryCheck(steps).problem()).isEmpty();

    then("1.0", Operation.DELETE, file, "true");
    assertThat(new HistoryCheck(steps).problem())
        .hasValueSatisfying(text -> assertThat(text).startsWith("a file of results was changed"));
  }

  @Test
  void problem_manifestOfOneThatLostTheLease_isFound() {
    then("1.0", Operation.CREATE, "work/lease/lease-00000001.json", "done")
        .then("2.0", Operation.CREATE, "work/lease/lease-00000002.json", "done")
        .then("1.0", Operation.RENAME, "work/manifest.json", "true");

    assertThat(new HistoryCheck(steps).problem())
        .hasValueSatisfying(text -> assertThat(text).startsWith("Optional[2.0] had the lease"));
  }

  @Test
  void problem_stateThatComesLate_isNoneUnderItsOwnLease() {
    then("1.0", Operation.CREATE, "work/lease/lease-00000001.json", "done")
        .then("2.0", Operation.CREATE, "work/lease/lease-00000002.json", "done")
        .then("1.0", Operation.RENAME, "work/state-00000001-0001.json", "true");
    assertThat(new HistoryCheck(steps).problem()).isEmpty();

    then("1.0", Operation.RENAME, "work/state-00000002-0001.json", "true");
    assertThat(new HistoryCheck(steps).problem())
        .hasValueSatisfying(text -> assertThat(text).startsWith("a state of another's lease"));
  }

  @Test
  void problem_outputChangedAfterItsEnd_isFound() {
    published("1.0", 1).then("1.0", Operation.DELETE, "out/part-0", "true");

    assertThat(new HistoryCheck(steps).problem())
        .hasValueSatisfying(text -> assertThat(text).startsWith("the output was changed after"));
  }

  @Test
  void steps_notedAndTorn_areThoseThatAreWhole(@TempDir Path directory) throws IOException {
    History history = new History(directory.resolve("history"));
    history.begin();
    published("1.0", 1);
    steps.forEach(history::note);
    String whole = Files.readString(history.file());
    Files.writeString(history.file(), whole + "12\t13\t1.0\tREN");

    assertThat(history.steps()).isEqualTo(steps);
  }
}
