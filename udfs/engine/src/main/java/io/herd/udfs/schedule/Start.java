package io.herd.udfs.schedule;

/**
 * What rows needn't compute: they begin as a prefix does that the KV cache keeps, and copy that.
 *
 * @param prefix its number
 * @param tokens of it that the rows have, which may be fewer than it has
 */
public record Start(int prefix, int tokens) {
  /** Rows compute all of their prompts. */
  public static final Start NONE = new Start(0, 0);
}
