package io.herd.job.config;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The limits of one run.
 *
 * @param maxTokens of prompts and answers of the rows that it generates
 * @param maxCost in the currency of the {@link Prices}
 * @param refuses whether a run isn't begun whose estimate is above
 */
public record Budget(OptionalLong maxTokens, Optional<Double> maxCost, boolean refuses) {
  /** No limits. */
  public static final Budget NONE = new Budget(OptionalLong.empty(), Optional.empty(), false);

  static Budget of(Values values) {
    return new Budget(
        values.find(Keys.MAX_TOKENS).map(OptionalLong::of).orElse(OptionalLong.empty()),
        values.find(Keys.MAX_COST),
        values.get(Keys.OVER_BUDGET) == Settings.OverBudget.REFUSE);
  }

  public boolean isSet() {
    return maxTokens.isPresent() || maxCost.isPresent();
  }
}
