package io.herd.udfs.grammar;

/**
 * The tokens that may come next. Immutable: equal masks of one grammar are mostly one object.
 *
 * @param bits eight tokens to a byte, the lowest id in the lowest bit; ids beyond are not allowed
 */
public record Mask(byte[] bits) {

  /** Returns whether a token is allowed. */
  public boolean allows(int id) {
    return id >> 3 < bits.length && (bits[id >> 3] >> (id & 7) & 1) != 0;
  }

  static void allow(byte[] bits, int id) {
    bits[id >> 3] |= (byte) (1 << (id & 7));
  }
}
