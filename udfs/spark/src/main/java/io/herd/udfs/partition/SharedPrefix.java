package io.herd.udfs.partition;

import java.util.Arrays;
import java.util.Iterator;

/** The tokens that all prompts begin with, which are computed once. */
public final class SharedPrefix {
  /** A shorter prefix isn't worth handling. */
  private static final int LEAST = 8;

  private static final int[] NONE = {};

  private SharedPrefix() {}

  /** Returns the common prefix of prompts; each keeps at least one token of its own. */
  public static int[] of(Iterable<int[]> prompts) {
    Iterator<int[]> rest = prompts.iterator();
    if (!rest.hasNext()) {
      return NONE;
    }
    int[] first = rest.next();
    int shortest = first.length;
    int common = first.length;
    while (rest.hasNext()) {
      int[] prompt = rest.next();
      shortest = Math.min(shortest, prompt.length);
      common = Math.min(common, common(first, prompt));
    }
    return worthIt(first, Math.min(common, shortest - 1));
  }

  /**
   * Returns the common prefix of all prompts between the least and the greatest in lexicographic
   * order.
   */
  public static int[] between(int[] least, int[] greatest, int shortest) {
    return worthIt(least, Math.min(common(least, greatest), shortest - 1));
  }

  private static int common(int[] a, int[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }

  private static int[] worthIt(int[] prompt, int length) {
    return length < LEAST ? NONE : Arrays.copyOf(prompt, length);
  }
}
