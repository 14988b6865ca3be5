package io.herd.udfs.sample;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** The tokens of a row and their counts in its completion, for penalties. */
public final class TokenCounts {
  private final Map<Integer, Integer> counts = new LinkedHashMap<>();

  /** Creates the counts of a prompt. */
  public TokenCounts(int[] prompt) {
    for (int id : prompt) {
      counts.put(id, 0);
    }
  }

  /** Returns a copy with one more token of the completion. */
  public TokenCounts with(int id) {
    TokenCounts more = new TokenCounts(new int[0]);
    more.counts.putAll(counts);
    more.add(id);
    return more;
  }

  /** Counts a token of the completion. */
  public void add(int id) {
    counts.merge(id, 1, Integer::sum);
  }

  /** Returns the number of distinct tokens below the vocabulary's size. */
  public int below(int vocabulary) {
    return (int) counts.keySet().stream().filter(id -> id < vocabulary).count();
  }

  /** Visits each token's id and its count in the completion. */
  public void forEach(BiConsumer<Integer, Integer> visitor) {
    counts.forEach(visitor);
  }
}
