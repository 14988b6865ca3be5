package io.herd.udfs.model;

/**
 * Who computes on a stage: passes through a split model take turns on each, so that one is on the
 * second stage while the next is on the first.
 */
public interface Turns {
  /** For a model that only one thread calls. */
  Turns NONE =
      new Turns() {
        @Override
        public void begin(int stage) {}

        @Override
        public void end(int stage) {}
      };

  /** Waits until no other pass is on this stage. */
  void begin(int stage);

  /** Lets the next pass have it. */
  void end(int stage);
}
