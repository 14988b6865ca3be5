package io.herd.job.generate;

import io.herd.job.config.Budget;
import io.herd.job.config.Prices;
import io.herd.job.config.Settings;
import io.herd.job.plan.Estimate;
import io.herd.job.workdir.RunBudget;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.spark.sql.SparkSession;

/**
 * The part of its budget that a run has used: the tokens of the rows that it has generated, their
 * price, and the price of its executors since it began. Results that the log had before cost
 * nothing.
 */
public final class Spending {
  private static final Tokens NONE = new Tokens(0, 0, 0);

  private final Budget budget;
  private final Prices prices;
  private final IntSupplier executors;
  private final LongSupplier nanoTime;
  private final long begun;
  private final AtomicInteger mostExecutors = new AtomicInteger();
  private volatile Tokens tokens = NONE; // Spark's listener writes it
  private Tokens before = NONE;

  /**
   * The tokens of generated rows.
   *
   * @param dropped rows that were at work when the run stopped, and are done again
   */
  public record Tokens(long prompt, long generated, long dropped) {
    long all() {
      return prompt + generated;
    }

    private Tokens plus(Tokens other) {
      return new Tokens(
          prompt + other.prompt, generated + other.generated, dropped + other.dropped);
    }
  }

  /**
   * Creates the record of a run that begins now.
   *
   * @param executors that there are now
   */
  public Spending(Budget budget, Prices prices, IntSupplier executors, LongSupplier nanoTime) {
    this.budget = budget;
    this.prices = prices;
    this.executors = executors;
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
  }

  /** Creates the record of a run with these settings that begins now. */
  public static Spending of(SparkSession spark, Settings settings) {
    return new Spending(
        settings.run().stop().budget(),
        settings.run().prices(),
        () -> Estimate.engines(spark),
        System::nanoTime);
  }

  /** Creates a record without limits. */
  public static Spending unbounded() {
    return new Spending(
        Budget.NONE,
        new Prices(Optional.empty(), Optional.empty(), Optional.empty()),
        () -> 0,
        System::nanoTime);
  }

  /** Begins with other rows; what was counted up to now stays. */
  void next() {
    before = tokens;
  }

  /** Replaces what was counted of these rows. */
  void count(Tokens now) {
    tokens = before.plus(now);
  }

  /** Returns the highest number of executors seen; they may start late and leave early. */
  public int executors() {
    return mostExecutors.accumulateAndGet(executors.getAsInt(), Math::max);
  }

  /** Up to now. */
  public Tokens tokens() {
    return tokens;
  }

  /** Up to now; empty without a price. */
  public Optional<Double> cost() {
    return cost((nanoTime.getAsLong() - begun) / 1e9);
  }

  /** Returns the cost after this many seconds; empty without a price. */
  public Optional<Double> cost(double seconds) {
    Tokens now = tokens;
    return prices.areSet()
        ? Optional.of(
            prices.of(
                prices.executorHour().isEmpty() ? 0 : seconds * executors(),
                now.prompt(),
                now.generated()))
        : Optional.empty();
  }

  /** Returns the limit that is used up, in words. */
  Optional<String> over() {
    if (budget.maxTokens().isPresent() && tokens.all() > budget.maxTokens().getAsLong()) {
      return Optional.of(
          String.format(Locale.ROOT, "herd.run.max-tokens, %,d,", budget.maxTokens().getAsLong()));
    }
    return budget
        .maxCost()
        .filter(most -> cost().orElse(0.0) > most)
        .map(most -> "herd.run.max-cost, " + Prices.amount(most) + ",");
  }

  /** Returns the usage for reports; empty without a budget. */
  public Optional<RunBudget> report() {
    return report(cost());
  }

  /** Returns the usage with the run's final cost. */
  public Optional<RunBudget> report(Optional<Double> cost) {
    Tokens now = tokens;
    return budget.isSet()
        ? Optional.of(
            new RunBudget(
                budget.maxTokens().isPresent() ? budget.maxTokens().getAsLong() : null,
                now.all(),
                budget.maxCost().orElse(null),
                cost.orElse(null),
                now.dropped()))
        : Optional.empty();
  }
}
