package io.herd.udfs.schedule;

/**
 * The beginning that rows needn't compute: that of a prefix that the KV cache keeps.
 *
 * @param prefix its number
 * @param tokens of it that the rows have, which may be fewer than it has
 * @param inPlace of these tokens, how many rows read where the prefix lies; they copy the others,
 *     and have room for what follows these only
 */
public record Start(int prefix, int tokens, int inPlace) {
  /** Rows compute their whole prompts. */
  public static final Start NONE = new Start(0, 0);

  /** Rows copy all of it. */
  public Start(int prefix, int tokens) {
    this(prefix, tokens, 0);
  }

  /**
   * Returns this beginning, read in place as far as possible.
   *
   * @param step what is read in place is a multiple of this; 0 if nothing is
   */
  Start inPlace(int step) {
    return step == 0 ? this : new Start(prefix, tokens, tokens / step * step);
  }
}
