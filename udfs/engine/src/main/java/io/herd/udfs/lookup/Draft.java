package io.herd.udfs.lookup;

import java.util.Arrays;

/**
 * Tokens proposed as the continuation of a row.
 *
 * @param ids consecutive tokens
 * @param kinds what each was proposed for
 * @param chances of each, that it and all before it are right; they fall
 */
public record Draft(int[] ids, int[] kinds, double[] chances) {
  /** No proposal. */
  public static final Draft NONE = new Draft(new int[0], new int[0], new double[0]);

  /** Creates a draft of consecutive tokens. */
  static final class Builder {
    private final int[] ids;
    private final int[] kinds;
    private final double[] chances;
    private int size;

    Builder(int most) {
      ids = new int[most];
      kinds = new int[most];
      chances = new double[most];
    }

    int size() {
      return size;
    }

    void add(int id, int kind, double chance) {
      ids[size] = id;
      kinds[size] = kind;
      chances[size++] = chance;
    }

    Draft build() {
      return new Draft(
          Arrays.copyOf(ids, size), Arrays.copyOf(kinds, size), Arrays.copyOf(chances, size));
    }
  }

  /** How many of its tokens have at least this chance. */
  public int worth(double least) {
    int count = 0;
    while (count < chances.length && chances[count] >= least) {
      count++;
    }
    return count;
  }

  /** Returns how many of the first tokens are expected to be right. */
  double expected(int count) {
    return Arrays.stream(chances, 0, count).sum();
  }

  /** Returns its first tokens. */
  public int[] first(int count) {
    return Arrays.copyOf(ids, count);
  }
}
