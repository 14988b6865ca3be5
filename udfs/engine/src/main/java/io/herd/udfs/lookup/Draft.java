package io.herd.udfs.lookup;

import java.util.Arrays;

/**
 * What may come next in a row.
 *
 * @param ids one behind the other
 * @param kinds what each was proposed for
 * @param chances of each, that it and all before it are right; they fall
 */
public record Draft(int[] ids, int[] kinds, double[] chances) {
  /** Nothing is proposed. */
  public static final Draft NONE = new Draft(new int[0], new int[0], new double[0]);

  /** How many of its tokens have at least this chance. */
  public int worth(double least) {
    int count = 0;
    while (count < chances.length && chances[count] >= least) {
      count++;
    }
    return count;
  }

  /** Of the first tokens, how many are expected to be right. */
  double expected(int count) {
    return Arrays.stream(chances, 0, count).sum();
  }

  /** Its first tokens. */
  public int[] first(int count) {
    return Arrays.copyOf(ids, count);
  }
}
