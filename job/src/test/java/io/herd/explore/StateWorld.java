package io.herd.explore;

import io.herd.job.workdir.InputVersion;
import io.herd.job.workdir.RunState;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.SystemException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Runs that write the state at any time, as those do that stood still, while others read it: who
 * reads finds one that was written, whole.
 */
final class StateWorld implements World {
  private static final InputVersion INPUT = new InputVersion("d", "the input", "");

  private final Set<String> begun = new TreeSet<>();
  private boolean written;

  @Override
  public void fill(MemoryFiles files, Turns turns) {
    for (String name : new String[] {"A", "B"}) {
      turns.process(name, driver -> write(Storage.workDir(files, driver), name));
    }
    turns.process("reader", driver -> read(Storage.workDir(files, driver), true));
    turns.afterAll("last", driver -> read(Storage.workDir(files, driver), false));
  }

  private void write(WorkDir workDir, String name) {
    for (int i = 1; i <= 2; i++) {
      String run = "s-" + name + i;
      begun.add(run);
      try {
        workDir.write(RunState.of(run, run, i, "f", INPUT), () -> {});
        written = true;
      } catch (SystemException e) { // the run ends by that
        return;
      }
    }
  }

  private void read(WorkDir workDir, boolean mayFail) {
    for (int i = 0; i < 3; i++) {
      boolean was = written;
      try {
        require(workDir.state(), was);
      } catch (SystemException e) {
        if (!mayFail) {
          throw e;
        }
      }
    }
  }

  private void require(Optional<RunState> state, boolean was) {
    if (was && state.isEmpty()) {
      throw new AssertionError("no state, after one was written");
    }
    if (state.isPresent() && !begun.contains(state.get().run())) {
      throw new AssertionError("a state that nobody wrote: " + state.get());
    }
  }
}
