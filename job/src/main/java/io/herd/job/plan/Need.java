package io.herd.job.plan;

import io.herd.job.config.Budget;
import io.herd.job.config.Prices;
import io.herd.job.config.Settings;
import io.herd.udfs.UserException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * The estimated usage of the pending rows, compared with a run's budget. Results that the log has
 * cost nothing.
 *
 * @param prompt tokens of the prompts
 * @param generated tokens that the answers have at most
 * @param cost of these and of the executors' time, or empty without a price
 */
public record Need(Budget budget, long prompt, long generated, Optional<Double> cost) {

  /**
   * Estimates the usage of a plan.
   *
   * @param executorSeconds is asked only where executors' hours have a price, because it is
   *     measured
   */
  public static Need of(Plan plan, Settings settings, DoubleSupplier executorSeconds) {
    Prices prices = settings.run().prices();
    long generated =
        settings.labelling().on()
            ? 0
            : plan.newTokens(settings.generate().maxNewTokens()) * settings.generate().samples();
    double seconds =
        prices.executorHour().isEmpty() || plan.prompts() == 0 ? 0 : executorSeconds.getAsDouble();
    return new Need(
        settings.run().stop().budget(),
        plan.tokens(),
        generated,
        prices.areSet()
            ? Optional.of(prices.of(seconds, plan.tokens(), generated))
            : Optional.empty());
  }

  /** With what the run has used before. */
  public Need after(long prompts, long answers, Optional<Double> before) {
    return new Need(
        budget, prompt + prompts, generated + answers, cost.map(more -> more + before.orElse(0.0)));
  }

  /** For the reader. */
  public String text() {
    StringBuilder text = new StringBuilder();
    budget
        .maxTokens()
        .ifPresent(
            most ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "%,d of %,d tokens: %,d of prompts, up to %,d of answers",
                        prompt + generated,
                        most,
                        prompt,
                        generated)));
    budget
        .maxCost()
        .ifPresent(
            most ->
                text.append(text.isEmpty() ? "" : "; ")
                    .append(
                        "cost about "
                            + Prices.amount(cost.orElse(0.0))
                            + " of "
                            + Prices.amount(most)));
    return text.toString();
  }

  /** Returns whether a run may end before all rows are done. */
  public boolean isAbove() {
    return (budget.maxTokens().isPresent() && prompt + generated > budget.maxTokens().getAsLong())
        || (budget.maxCost().isPresent() && cost.orElse(0.0) > budget.maxCost().get());
  }

  /**
   * Refuses a run that exceeds the budget, unless it may stop where the budget ends.
   *
   * @throws UserException with what is needed
   */
  public void require() {
    if (budget.refuses() && isAbove()) {
      throw new UserException(
          "the rows without a result need more than the budget has: " + text(),
          "raise herd.run.max-tokens or herd.run.max-cost, take fewer rows or shorter answers, or"
              + " set herd.run.over-budget = stop: then the run goes as far as the budget reaches,"
              + " and ends with exit code 3. Nothing was generated of these rows.");
    }
  }
}
