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

  /** Of a prompt's length, what is little beside it. */
  private static final int LITTLE = 8;

  /** The part of a prefill pass whose tokens take as long as a pass of few. */
  private static final int PART_OF_A_PASS = 8;

  /** The fewest tokens of a prefix that are worth a pass of their own. */
  private static final int LEAST_SHARED = 8;

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

  /**
   * Whether prompts that begin alike have that computed once. With rows of one capacity they don't:
   * those are for bytes that don't depend on what else waits.
   */
  boolean shares() {
    return rowTokens == 0;
  }

  /** Tokens that must be saved to make up for one more pass. */
  int worthSharing() {
    return Math.max(LEAST_SHARED, prefillTokens / PART_OF_A_PASS);
  }

  /**
   * The capacity of the row that a request is prefilled into. Where little is to follow the prompt,
   * that has room from the start, so that the row needn't move for it.
   */
  int entryCapacity(Sequence sequence) {
    boolean little = (long) sequence.extraTokens() * LITTLE <= sequence.length();
    return capacity(sequence.scored() || little ? sequence.tokens() : sequence.length());
  }

  /** Tokens that a row of this capacity may come to take, so that growing never fails. */
  long reserved(int capacity, Sequence sequence) {
    return Math.max(capacity, capacity(sequence.tokens()));
  }
}
