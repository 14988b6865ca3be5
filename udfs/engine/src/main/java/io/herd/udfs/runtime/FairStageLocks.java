package io.herd.udfs.runtime;

import io.herd.udfs.model.StageLocks;
import java.util.concurrent.locks.ReentrantLock;

/** Locks for the lanes of a split model, in order of arrival. */
final class FairStageLocks implements StageLocks {
  private final ReentrantLock[] locks;

  FairStageLocks(int stages) {
    locks = new ReentrantLock[stages];
    for (int i = 0; i < stages; i++) {
      locks[i] = new ReentrantLock(true);
    }
  }

  @Override
  public void begin(int stage) {
    locks[stage].lock();
  }

  @Override
  public void end(int stage) {
    locks[stage].unlock();
  }
}
