package io.herd.udfs.partition;

/** Counts a task's rows. */
interface RowCounter {
  /**
   * Counts a row with a result, new or from an earlier attempt.
   *
   * @param completionTokens that were generated now
   */
  void row(int promptTokens, int completionTokens);

  /**
   * Counts a newly labelled row.
   *
   * @param share probability of its labels together, among all that the model could have written
   */
  default void labelled(double share) {}

  /**
   * Counts rows that the engine has begun.
   *
   * @param rows number of them
   */
  default void begun(long rows) {}

  /**
   * Counts tokens that the engine has computed, of finished and unfinished rows.
   *
   * @param tokens of prompts and completions
   */
  default void computed(long tokens) {}

  /**
   * Counts prompt tokens that weren't computed, because other prompts share them.
   *
   * @param tokens of them; fewer than none, when others will make up for what was computed
   */
  default void copied(long tokens) {}

  /**
   * Counts a failed row.
   *
   * @param tried whether it had reached the engine
   */
  void failed(String reason, boolean tried);
}
