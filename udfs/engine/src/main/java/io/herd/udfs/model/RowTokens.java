package io.herd.udfs.model;

import io.herd.udfs.schedule.Start;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * The input of a decode pass, in the form that {@code llama.py} expects.
 *
 * @param capacities of the arenas
 * @param rows of each, its first ones
 * @param tokens of each
 * @param at ids, positions and rows in the arena: {@code [3, tokens]}; if rows read prefixes in
 *     place, which of {@code prefixes} and how many tokens of it, too: {@code [5, tokens]}
 * @param prefixes numbers of those that are read in place
 */
record RowTokens(
    long[] capacities, long[] rows, long[] tokens, TorchModule.Ints at, List<Integer> prefixes) {

  /**
   * Converts the arguments of {@link CausalModel#decode}.
   *
   * @param lengths tokens of each row
   */
  static RowTokens of(
      SortedMap<Integer, Integer> rows,
      int[] lengths,
      int[] ids,
      int[] positions,
      InPlace inPlace) {
    int all = ids.length;
    int kinds = inPlace.isEmpty() ? 3 : 5;
    long[] at = new long[kinds * all];
    List<Integer> prefixes = new ArrayList<>();
    long[] tokens = new long[rows.size()];
    int arena = 0;
    int first = 0;
    int token = 0;
    for (Map.Entry<Integer, Integer> each : rows.entrySet()) {
      for (int row = 0; row < each.getValue(); row++) {
        Start start = kinds == 3 ? Start.NONE : inPlace.of(each.getKey(), row);
        int prefix = place(prefixes, start);
        for (int i = 0; i < lengths[first + row]; i++, token++) {
          at[token] = ids[token];
          at[all + token] = positions[token];
          at[2 * all + token] = row;
          if (kinds == 5) {
            at[3 * all + token] = prefix;
            at[4 * all + token] = start.inPlace();
          }
        }
        tokens[arena] += lengths[first + row];
      }
      first += each.getValue();
      arena++;
    }
    TorchModule.Ints told = new TorchModule.Ints(at, kinds, all);
    return new RowTokens(longs(rows.keySet()), longs(rows.values()), tokens, told, prefixes);
  }

  /** Returns the index of what a row reads in place among the prefixes, to which it is added. */
  private static int place(List<Integer> prefixes, Start start) {
    if (start.inPlace() > 0 && !prefixes.contains(start.prefix())) {
      prefixes.add(start.prefix());
    }
    return prefixes.indexOf(start.prefix());
  }

  private static long[] longs(Collection<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).toArray();
  }
}
