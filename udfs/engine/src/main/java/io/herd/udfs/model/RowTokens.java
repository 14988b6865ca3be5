package io.herd.udfs.model;

import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;

/**
 * The input of a decode pass, in the form that {@code llama.py} expects.
 *
 * @param capacities of the arenas
 * @param rows of each, its first ones
 * @param tokens of each
 * @param at ids, positions and rows in the arena: {@code [3, tokens]}
 */
record RowTokens(long[] capacities, long[] rows, long[] tokens, TorchModule.Ints at) {

  /**
   * Converts the arguments of {@link CausalModel#decode}.
   *
   * @param lengths tokens of each row
   */
  static RowTokens of(SortedMap<Integer, Integer> rows, int[] lengths, int[] ids, int[] positions) {
    int all = ids.length;
    long[] at = new long[3 * all];
    long[] tokens = new long[rows.size()];
    int arena = 0;
    int first = 0;
    int token = 0;
    for (Map.Entry<Integer, Integer> each : rows.entrySet()) {
      for (int row = 0; row < each.getValue(); row++) {
        for (int i = 0; i < lengths[first + row]; i++, token++) {
          at[token] = ids[token];
          at[all + token] = positions[token];
          at[2 * all + token] = row;
        }
        tokens[arena] += lengths[first + row];
      }
      first += each.getValue();
      arena++;
    }
    return new RowTokens(
        longs(rows.keySet()), longs(rows.values()), tokens, new TorchModule.Ints(at, 3, all));
  }

  private static long[] longs(Collection<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).toArray();
  }
}
