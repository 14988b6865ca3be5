package io.herd.udfs.partition;

import io.herd.udfs.RowException;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.results.Result;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The requests for a row, and how the answers are read. */
interface RowTask {
  /** Finds the task of a row; rows may share one. */
  @FunctionalInterface
  interface Finder {
    /**
     * Returns the task of one row.
     *
     * @throws RowException when it can't be done on this engine
     */
    RowTask find(PendingRow row) throws InterruptedException;
  }

  RequestGroup group();

  /** Returns the request's prompt tokens. */
  default int[] ids(PendingRow row) {
    return row.ids();
  }

  /** Returns the maximum number of tokens that an answer adds to its prompt. */
  int longestAnswer();

  /** Returns the number of requests with this prompt. */
  default int samples() {
    return 1;
  }

  /**
   * Returns the labels' total probability; empty without labels, or if each is scored
   * independently.
   */
  default OptionalDouble share(List<Completion> completions) {
    return OptionalDouble.empty();
  }

  /** Returns the row's next task; empty when the row is done. */
  default Optional<RowTask> next(List<Completion> completions) {
    return Optional.empty();
  }

  /**
   * Builds the row's result.
   *
   * @param completions one for each sample
   */
  Result result(String key, List<Completion> completions);
}
