package io.herd.job.progress;

import io.herd.job.plan.Plan;

/**
 * Estimates the remaining time of the generate step: the remaining prompt tokens at the speed of
 * prompts so far, and the remaining completions at the speed of completions so far. Rows alone
 * would mislead, because a task's longest prompts come first.
 *
 * @param rows to do
 * @param promptTokens of these, without what they share
 * @param prefix tokens that they share
 */
record Remaining(long rows, long promptTokens, int prefix) {
  static Remaining of(Plan plan) {
    int prefix = plan.prefix().length;
    return new Remaining(plan.prompts(), plan.tokens() - plan.prompts() * prefix, prefix);
  }

  /**
   * Returns the remaining seconds.
   *
   * @param working seconds since the first engine began
   * @param done what is done
   * @param begun rows that an engine has begun with
   * @param promptShare share of the engines' time that went into prompts, from 0 to 1
   */
  double seconds(double working, Progress done, long begun, double promptShare) {
    long finished = Math.max(1, done.rows());
    double inWork = Math.max(0, Math.min(rows, begun) - done.rows());
    double average = (double) (done.promptTokens() - finished * prefix) / finished;
    double prompts = Math.max(1, Math.min((double) promptTokens, (finished + inWork) * average));
    double answers = finished + inWork / 2; // those in work are half done on average
    return working
        * (promptShare * (promptTokens - prompts) / prompts
            + (1 - promptShare) * Math.max(0, rows - answers) / answers);
  }
}
