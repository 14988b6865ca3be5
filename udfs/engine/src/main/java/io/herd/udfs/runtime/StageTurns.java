package io.herd.udfs.runtime;

import io.herd.udfs.model.Turns;
import java.util.concurrent.locks.ReentrantLock;

/** The lanes' turns on each stage of a split model, first come, first served. */
final class StageTurns implements Turns {
  private final ReentrantLock[] locks;

  StageTurns(int stages) {
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
