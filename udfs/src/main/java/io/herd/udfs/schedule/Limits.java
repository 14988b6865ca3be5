package io.herd.udfs.schedule;

/**
 * What the scheduler keeps within.
 *
 * @param slots rows that are generated at once
 * @param kvTokens tokens that the KV cache may hold in all, whether its rows are full or not
 * @param prefillTokens tokens of one prefill pass, padding included; a longer prompt is alone in it
 * @param rowTokens 0, or the one capacity that all rows have
 */
public record Limits(int slots, long kvTokens, int prefillTokens, int rowTokens) {
  /** Capacities are multiples of this. */
  private static final int CAPACITY_STEP = 32;

  public Limits {
    if (slots < 1 || kvTokens < 1 || prefillTokens < 1) {
      throw new IllegalArgumentException("limits must be positive: " + slots + ", " + kvTokens);
    }
  }

  /** Rows are as long as they need to be. */
  public Limits(int slots, long kvTokens, int prefillTokens) {
    this(slots, kvTokens, prefillTokens, 0);
  }

  /** The same for fewer rows at once. */
  public Limits withSlots(int fewer) {
    return new Limits(fewer, kvTokens, prefillTokens, rowTokens);
  }

  /**
   * The capacity of a row of so many tokens. Capacities lie close enough that little of a row is
   * empty (under a quarter, beyond the first few), and far enough that rows share one.
   */
  int capacity(long tokens) {
    if (rowTokens > 0) {
      return rowTokens;
    }
    long step = Math.max(CAPACITY_STEP, Long.highestOneBit(Math.max(1, tokens - 1)) / 4);
    return (int) Math.min((tokens + step - 1) / step * step, kvTokens);
  }
}
