package io.herd.udfs.partition;

import io.herd.udfs.RowException;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.Work;
import io.herd.udfs.results.Result;
import java.util.List;

/** What a row asks of the engine, and how it reads the answer. */
interface RowWork {
  /** Finds what a row asks; rows may ask for the same. */
  @FunctionalInterface
  interface Finder {
    /**
     * Finds that of one row.
     *
     * @throws RowException when it can't be done on this engine
     */
    RowWork find(PendingRow row) throws InterruptedException;
  }

  Work engineWork();

  /** Tokens that an answer may have beside its prompt. */
  int longestAnswer();

  /** How often the prompt is to be asked. */
  default int samples() {
    return 1;
  }

  /**
   * What came of the row.
   *
   * @param completions one for each sample
   */
  Result result(String key, List<Completion> completions);
}
