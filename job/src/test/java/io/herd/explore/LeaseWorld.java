package io.herd.explore;

import io.herd.job.workdir.Lease;
import io.herd.udfs.SystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs that take the lease, and ask before each of two steps whether they still have it. None may
 * be told so once another has taken it.
 */
final class LeaseWorld implements World {
  private final int runs;
  private final Duration work;

  /** Who was told that it has the lease, each after the one before. */
  private final List<String> told = new ArrayList<>();

  /**
   * @param work that a run does between the two steps
   */
  LeaseWorld(int runs, Duration work) {
    this.runs = runs;
    this.work = work;
  }

  @Override
  public void fill(MemoryFiles files, Turns turns) {
    for (int run = 0; run < runs; run++) {
      turns.process(String.valueOf((char) ('A' + run)), driver -> publish(files, driver, true));
    }
    turns.afterAll("last", driver -> publish(files, driver, false));
  }

  private void publish(MemoryFiles files, Turns.Driver driver, boolean mayFail) {
    try (Lease lease = Storage.workDir(files, driver).lease("publish", line -> {}, () -> false)) {
      for (int step = 0; step < 2; step++) {
        if (step > 0 && !work.isZero()) {
          driver.sleep(work);
        }
        requireHeld(lease, driver);
      }
    } catch (SystemException e) {
      if (!mayFail) {
        throw e;
      }
    }
  }

  private void requireHeld(Lease lease, Turns.Driver driver) {
    int before = told.size();
    lease.requireHeld();
    String name = driver.name();
    List<String> since = told.subList(Math.max(0, told.indexOf(name)), before);
    if (told.contains(name) && since.stream().anyMatch(each -> !each.equals(name))) {
      throw new AssertionError(name + " may go on, though another may, too: " + told);
    }
    told.add(name);
  }
}
