package io.herd.udfs.partition;

import io.herd.udfs.RowException;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.results.Result;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What is asked of the engine for a row, and how the answer is read. */
interface RowTask {
  /** Finds the task of a row; rows may have one in common. */
  @FunctionalInterface
  interface Finder {
    /**
     * Finds that of one row.
     *
     * @throws RowException when it can't be done on this engine
     */
    RowTask find(PendingRow row) throws InterruptedException;
  }

  RequestGroup group();

  /** The tokens that are asked about. */
  default int[] ids(PendingRow row) {
    return row.ids();
  }

  /** Tokens that an answer may have beside its prompt. */
  int longestAnswer();

  /** How often the prompt is to be asked. */
  default int samples() {
    return 1;
  }

  /** Probability of the row's labels together; empty where it has none, or each by itself. */
  default OptionalDouble share(List<Completion> completions) {
    return OptionalDouble.empty();
  }

  /** What is asked next of the row; empty where it is done. */
  default Optional<RowTask> next(List<Completion> completions) {
    return Optional.empty();
  }

  /**
   * What came of the row.
   *
   * @param completions one for each sample
   */
  Result result(String key, List<Completion> completions);
}
