package io.herd.udfs.schedule;

/**
 * The limits of the scheduler.
 *
 * @param slots rows that are generated at once
 * @param kvTokens tokens that the KV cache may hold in all, whether its rows are full or not
 * @param prefillTokens tokens of one prefill pass, padding included; a longer prompt is alone in it
 * @param capacityStep capacities of rows are multiples of this, where the cache has room
 * @param rowTokens 0, or the one capacity that all rows have
 */
public record Limits(int slots, long kvTokens, int prefillTokens, int capacityStep, int rowTokens) {
  private static final int SHORT_STEP = 32;

  /** The fraction of a prompt's length that counts as little. */
  private static final int LITTLE = 8;

  /** The fraction of a prefill pass whose tokens take as long as the fixed cost of a pass. */
  private static final int PART_OF_A_PASS = 8;

  /** Minimum number of tokens in a prefix that justify a pass. */
  private static final int LEAST_SHARED = 8;

  public Limits {
    if (slots < 1 || kvTokens < 1 || prefillTokens < 1 || capacityStep < 1) {
      throw new IllegalArgumentException("limits must be positive: " + slots + ", " + kvTokens);
    }
  }

  /** Creates limits whose rows are only as long as necessary. */
  public Limits(int slots, long kvTokens, int prefillTokens) {
    this(slots, kvTokens, prefillTokens, SHORT_STEP, 0);
  }

  /** Returns these limits with fewer concurrent rows. */
  public Limits withSlots(int fewer) {
    return new Limits(fewer, kvTokens, prefillTokens, capacityStep, rowTokens);
  }

  /**
   * Returns the capacity of a row that holds {@code tokens}. Capacities lie close enough that
   * little of a row is empty (under a quarter, beyond the first few), and far enough that rows
   * share one.
   */
  public int capacity(long tokens) {
    if (rowTokens > 0) {
      return rowTokens;
    }
    long step = Math.max(capacityStep, Long.highestOneBit(Math.max(1, tokens - 1)) / 4);
    return (int) Math.min((tokens + step - 1) / step * step, kvTokens);
  }

  /**
   * Returns whether shared prefixes are computed once. With rows of one capacity they don't: those
   * are for bytes that don't depend on what else waits.
   */
  boolean shares() {
    return rowTokens == 0;
  }

  /** Returns the number of saved tokens that justify one more pass. */
  int worthSharing() {
    return Math.max(LEAST_SHARED, prefillTokens / PART_OF_A_PASS);
  }

  /**
   * Returns the capacity of the row that a request is prefilled into. Where little is to follow the
   * prompt, that has room from the start, so that the row needn't move for it.
   *
   * @param inPlace tokens that the row needs no room for
   */
  int entryCapacity(Sequence sequence, int inPlace) {
    boolean little = (long) sequence.extraTokens() * LITTLE <= sequence.length();
    long tokens = sequence.scored() || little ? sequence.tokens() : sequence.length();
    return capacity(tokens - inPlace);
  }

  /**
   * Returns the maximum number of tokens that a row of this capacity may need, so that growing
   * never fails.
   */
  long reserved(int capacity, Sequence sequence, int inPlace) {
    return Math.max(capacity, capacity(sequence.tokens() - inPlace));
  }
}
