package io.herd.udfs.partition;

/** Is told how a task gets on. */
interface RowCounter {
  /** A row has a result, now or from an earlier attempt. */
  void row(int completionTokens);

  /**
   * A row failed.
   *
   * @param tried whether it had reached the engine
   */
  void failed(String reason, boolean tried);
}
