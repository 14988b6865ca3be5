package io.herd.udfs.runtime;

import io.herd.udfs.model.Turns;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;

/** The lanes' turns on each stage of a split model, first come, first served; and their time. */
final class StageTurns implements Turns {
  private final ReentrantLock[] locks;
  private final long[] since; // each guarded by its lock
  private final AtomicLongArray busy;

  StageTurns(int stages) {
    locks = new ReentrantLock[stages];
    for (int i = 0; i < stages; i++) {
      locks[i] = new ReentrantLock(true);
    }
    since = new long[stages];
    busy = new AtomicLongArray(stages);
  }

  @Override
  public void begin(int stage) {
    locks[stage].lock();
    since[stage] = System.nanoTime();
  }

  @Override
  public void end(int stage) {
    busy.addAndGet(stage, System.nanoTime() - since[stage]);
    locks[stage].unlock();
  }

  /**
   * Time that a stage has been in use, on processors; a GPU computes on when a turn has ended, and
   * this is the time in which it was told what to do.
   */
  long busyNanos(int stage) {
    return busy.get(stage);
  }
}
