package io.herd.udfs.sample;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** Which tokens a row has, and how often its completion has them: what penalties look at. */
public final class TokenCounts {
  private final Map<Integer, Integer> counts = new LinkedHashMap<>();

  /** Of a row that has its prompt only. */
  public TokenCounts(int[] prompt) {
    for (int id : prompt) {
      counts.put(id, 0);
    }
  }

  /** These and one more token of the completion; these stay as they are. */
  public TokenCounts with(int id) {
    TokenCounts more = new TokenCounts(new int[0]);
    more.counts.putAll(counts);
    more.add(id);
    return more;
  }

  /** Counts a token that the completion gets. */
  public void add(int id) {
    counts.merge(id, 1, Integer::sum);
  }

  /** Number of different tokens that a model of this vocabulary can write. */
  public int below(int vocabulary) {
    return (int) counts.keySet().stream().filter(id -> id < vocabulary).count();
  }

  /** Visits each token's id and its count in the completion. */
  public void forEach(BiConsumer<Integer, Integer> visitor) {
    counts.forEach(visitor);
  }
}
