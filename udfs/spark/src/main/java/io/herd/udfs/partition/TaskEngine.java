package io.herd.udfs.partition;

import io.herd.udfs.engine.EngineLease;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.TaskContext;

/** Selects the engine for a run's tasks; each task carries it. */
public interface TaskEngine extends Serializable {
  /** Takes a lease on the engine for a task. */
  EngineLease lease(TaskContext task) throws InterruptedException;

  /** Returns a problem of this executor, if there is one. */
  default Optional<String> warning(TaskContext task) {
    return Optional.empty();
  }

  /** Returns whether it computes the common prefix of a task's prompts only once. */
  default boolean takesPrefix() {
    return false;
  }
}
