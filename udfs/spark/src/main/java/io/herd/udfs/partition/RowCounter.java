package io.herd.udfs.partition;

/** Counts a task's rows. */
interface RowCounter {
  /**
   * A row has a result, now or from an earlier attempt.
   *
   * @param completionTokens that were generated now
   */
  void row(int promptTokens, int completionTokens);

  /**
   * A row was labelled now.
   *
   * @param share probability of its labels together, among all that the model could have written
   */
  default void labelled(double share) {}

  /**
   * The engine has begun with more rows.
   *
   * @param rows number of them
   */
  default void begun(long rows) {}

  /**
   * The engine has computed more tokens of the task's rows, done or not.
   *
   * @param tokens of prompts and completions
   */
  default void computed(long tokens) {}

  /**
   * Tokens of the task's prompts weren't computed, because other prompts begin with them, too.
   *
   * @param tokens of them; fewer than none, when others will make up for what was computed
   */
  default void copied(long tokens) {}

  /**
   * A row failed.
   *
   * @param tried whether it had reached the engine
   */
  void failed(String reason, boolean tried);
}
