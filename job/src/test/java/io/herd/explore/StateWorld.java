package io.herd.explore;

import io.herd.job.workdir.InputVersion;
import io.herd.job.workdir.Lease;
import io.herd.job.workdir.RunState;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.SystemException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Runs that write the state under one lease after the other, and may stall as they do, while others
 * read it. Who reads finds one that was written, whole, and never an older one than the last that
 * was there before.
 */
final class StateWorld implements World {
  private static final InputVersion INPUT = new InputVersion("d", "the input", "");

  /** Numbers of the leases under which runs began to write their states. */
  private final Map<String, Long> begun = new HashMap<>();

  /** The highest of those that have ended that. */
  private long written;

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
      try (Lease lease = workDir.lease("read", line -> {}, () -> false)) {
        begun.put(run, lease.number());
        workDir.run().write(RunState.of(run, run, i, "f", INPUT), lease);
        written = Math.max(written, lease.number());
      } catch (SystemException e) { // the run ends by that
        return;
      }
    }
  }

  private void read(WorkDir workDir, boolean mayFail) {
    for (int i = 0; i < 3; i++) {
      long was = written;
      try {
        require(workDir.run().state(), was);
      } catch (SystemException e) {
        if (!mayFail) {
          throw e;
        }
      }
    }
  }

  private void require(Optional<RunState> state, long was) {
    if (was > 0 && state.isEmpty()) {
      throw new AssertionError("no state, after one was written");
    }
    if (state.isPresent() && !begun.containsKey(state.get().run())) {
      throw new AssertionError("a state that nobody wrote: " + state.get());
    }
    if (state.isPresent() && begun.get(state.get().run()) < was) {
      throw new AssertionError(state.get() + ", though lease " + was + " has written another");
    }
  }
}
