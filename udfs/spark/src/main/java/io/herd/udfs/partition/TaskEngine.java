package io.herd.udfs.partition;

import io.herd.udfs.engine.EngineLease;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.TaskContext;

/** Which engine the tasks of a run use, as it travels with every one of them. */
public interface TaskEngine extends Serializable {
  /** A task's use of it. */
  EngineLease lease(TaskContext task) throws InterruptedException;

  /** What is amiss on this executor, if something is. */
  default Optional<String> warning(TaskContext task) {
    return Optional.empty();
  }

  /** Whether it computes once what all prompts of a task begin with. */
  default boolean takesPrefix() {
    return false;
  }
}
