package io.herd.udfs.model;

/**
 * Locks of the stages of a split model: one pass at a time computes on each, so that a pass is on
 * the second stage while the next is on the first.
 */
public interface StageLocks {
  /** No locks, for a model that only one thread calls. */
  StageLocks NONE =
      new StageLocks() {
        @Override
        public void begin(int stage) {}

        @Override
        public void end(int stage) {}
      };

  /** Waits until no other pass is on this stage, and locks it. */
  void begin(int stage);

  /** Unlocks this stage. */
  void end(int stage);
}
