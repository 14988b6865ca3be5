package io.herd.udfs.partition;

import java.util.Arrays;
import java.util.Iterator;

/** The tokens that all prompts begin with: they are computed once. */
public final class SharedPrefix {
  /** A shorter prefix isn't worth handling. */
  private static final int LEAST = 8;

  private static final int[] NONE = {};

  private SharedPrefix() {}

  /** Of prompts; each keeps a token of its own. */
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

  /** Of all prompts whose least and greatest in lexicographic order are these. */
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
