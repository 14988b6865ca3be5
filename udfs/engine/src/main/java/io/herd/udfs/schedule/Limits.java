package io.herd.udfs.schedule;

/**
 * What the scheduler keeps within.
 *
 * @param slots rows that are generated at once
 * @param kvTokens tokens that the KV cache may hold in all, whether its rows are full or not
 * @param prefillTokens tokens of one prefill pass, padding included; a longer prompt is alone in it
 * @param capacityStep capacities of rows are multiples of this, where the cache has room
 * @param rowTokens 0, or the one capacity that all rows have
 */
public record Limits(int slots, long kvTokens, int prefillTokens, int capacityStep, int rowTokens) {
  private static final int SHORT_STEP = 32;

  public Limits {
    if (slots < 1 || kvTokens < 1 || prefillTokens < 1 || capacityStep < 1) {
      throw new IllegalArgumentException("limits must be positive: " + slots + ", " + kvTokens);
    }
  }

  /** Rows are hardly longer than they need to be. */
  public Limits(int slots, long kvTokens, int prefillTokens) {
    this(slots, kvTokens, prefillTokens, SHORT_STEP, 0);
  }

  /** These limits for fewer rows at once. */
  public Limits withSlots(int fewer) {
    return new Limits(fewer, kvTokens, prefillTokens, capacityStep, rowTokens);
  }

  /**
   * The capacity of a row that holds {@code tokens}. Capacities lie close enough that little of a
   * row is empty (under a quarter, beyond the first few), and far enough that rows share one.
   */
  public int capacity(long tokens) {
    if (rowTokens > 0) {
      return rowTokens;
    }
    long step = Math.max(capacityStep, Long.highestOneBit(Math.max(1, tokens - 1)) / 4);
    return (int) Math.min((tokens + step - 1) / step * step, kvTokens);
  }

  /** The capacity of the row that a request is prefilled into. */
  int entryCapacity(Sequence sequence) {
    return capacity(sequence.scored() ? sequence.tokens() : sequence.length());
  }

  /** Tokens that a row of this capacity may come to take, so that growing never fails. */
  long reserved(int capacity, Sequence sequence) {
    return Math.max(capacity, capacity(sequence.tokens()));
  }
}
