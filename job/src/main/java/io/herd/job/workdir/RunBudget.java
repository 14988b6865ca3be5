package io.herd.job.workdir;

import io.herd.job.config.Prices;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A run's budget and its usage; {@code run.json} has these fields under these names.
 *
 * @param maxTokens {@code herd.run.max-tokens}, or null
 * @param tokens of prompts and answers of the rows that this run generated
 * @param maxCost {@code herd.run.max-cost}, or null
 * @param cost of these and of the executors' time, or null without a price
 * @param rowsDropped rows that were at work when the budget was used up, and are done again
 */
public record RunBudget(
    Long maxTokens, long tokens, Double maxCost, Double cost, long rowsDropped) {

  /** Formats the usage for people. */
  public String text() {
    List<String> parts = new ArrayList<>();
    if (maxTokens != null) {
      parts.add(
          String.format(
              Locale.ROOT,
              "%,d of %,d tokens%s",
              tokens,
              maxTokens,
              tokens > maxTokens
                  ? String.format(Locale.ROOT, ", %,d above", tokens - maxTokens)
                  : ""));
    }
    if (maxCost != null && cost != null) {
      parts.add(
          String.format(
              Locale.ROOT,
              "cost %s of %s%s",
              Prices.amount(cost),
              Prices.amount(maxCost),
              cost > maxCost ? ", " + Prices.amount(cost - maxCost) + " above" : ""));
    }
    if (rowsDropped > 0) {
      parts.add(String.format(Locale.ROOT, "%,d rows in progress were dropped", rowsDropped));
    }
    return String.join("; ", parts);
  }
}
