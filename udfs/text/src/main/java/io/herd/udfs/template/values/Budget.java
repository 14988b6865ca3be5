package io.herd.udfs.template.values;

import java.math.BigInteger;
import java.util.List;

/**
 * The limits of one rendering. A template comes with a model, and nobody has read it: steps bound
 * its time, and sizes its memory, in the same way on every machine.
 */
public final class Budget {
  /**
   * Maximum length of one text. More than a tokenizer takes, so that long rows are refused there,
   * with a count.
   */
  public static final int MOST_CHARS = 16_000_000;

  /** Maximum length of one list. */
  public static final int MOST_ITEMS = 1_000_000;

  private static final int MOST_STEPS = 5_000_000;
  private static final int MOST_BITS = 10_000;
  private static final int MOST_DEPTH = 150;
  private static final int CHARS_PER_STEP = 64;
  private static final int ITEMS_PER_STEP = 8;

  private long steps;
  private int depth;

  public void step() {
    spend(1);
  }

  private void spend(long more) {
    steps += more;
    if (steps > MOST_STEPS) {
      throw new Problem("it takes more than " + MOST_STEPS + " steps");
    }
  }

  /** Charges a text of {@code count} chars, before it is created. */
  public void chars(long count) {
    if (count > MOST_CHARS) {
      throw new Problem("a text has more than " + MOST_CHARS + " characters");
    }
    spend(count / CHARS_PER_STEP);
  }

  /** Charges a created text. */
  public String text(String made) {
    chars(made.length());
    return made;
  }

  /** Charges a list of {@code count} items, before it is created. */
  public void items(long count) {
    if (count > MOST_ITEMS) {
      throw new Problem("a list has more than " + MOST_ITEMS + " items");
    }
    spend(count / ITEMS_PER_STEP);
  }

  /** Charges a created list. */
  public List<Object> list(List<Object> made) {
    items(made.size());
    return made;
  }

  /** Charges a number of {@code count} bits, before it is created. */
  public void bits(long count) {
    if (count > MOST_BITS) {
      throw new Problem("a number has more than " + MOST_BITS + " bits");
    }
  }

  public BigInteger number(BigInteger made) {
    bits(made.bitLength());
    return made;
  }

  /** Enters a nested call. */
  public void enter() {
    step();
    if (++depth > MOST_DEPTH) {
      throw new Problem("calls are nested more than " + MOST_DEPTH + " deep");
    }
  }

  public void leave() {
    depth--;
  }
}
