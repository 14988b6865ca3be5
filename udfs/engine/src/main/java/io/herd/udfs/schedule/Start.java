package io.herd.udfs.schedule;

/**
 * The beginning that rows needn't compute: they copy a prefix that the KV cache keeps.
 *
 * @param prefix its number
 * @param tokens of it that the rows have, which may be fewer than it has
 */
public record Start(int prefix, int tokens) {
  /** Rows compute their whole prompts. */
  public static final Start NONE = new Start(0, 0);
}
