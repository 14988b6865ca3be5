package io.herd.udfs.schedule;

/**
 * What the scheduler keeps within.
 *
 * @param slots rows that are generated at once
 * @param kvTokens tokens that the KV cache may hold in all: rows times capacity
 * @param prefillTokens tokens of one prefill pass, padding included; a longer prompt is alone in it
 */
public record Limits(int slots, long kvTokens, int prefillTokens) {
  public Limits {
    if (slots < 1 || kvTokens < 1 || prefillTokens < 1) {
      throw new IllegalArgumentException("limits must be positive: " + slots + ", " + kvTokens);
    }
  }

  /** Rows of this capacity that may be there at once. */
  public int rowsOf(int capacity) {
    return (int) Math.min(slots, kvTokens / capacity);
  }
}
