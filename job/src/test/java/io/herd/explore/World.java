package io.herd.explore;

import java.io.IOException;

/** What is explored: processes on one storage, and what must be so at the end. */
interface World {
  /** Adds the processes. */
  void fill(MemoryFiles files, Turns turns) throws IOException;

  /**
   * Looks at what is stored when all processes have ended.
   *
   * @throws AssertionError when that may not be
   */
  default void check() throws IOException {}
}
