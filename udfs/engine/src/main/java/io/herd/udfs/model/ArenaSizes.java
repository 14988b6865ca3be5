package io.herd.udfs.model;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The number of rows in each arena of the KV cache, by capacity. The module holds the tensors; this
 * decides when an arena grows and when others shrink.
 */
public final class ArenaSizes {
  /**
   * Maximum number of tensors in an arena, each of which has at most this fraction of the cache.
   * While an arena grows, one of them is there twice; each is a copy more when a row moves.
   */
  static final int PARTS = 32;

  /** Allocates the rows of arenas. */
  public interface Holder {
    /**
     * Resizes an arena to {@code rows}, 0 to free it; the first {@code kept} keep their content.
     *
     * @param tensors the least number of tensors to split the arena into
     */
    void resize(int capacity, int kept, int rows, int tensors);
  }

  private final Holder holder;
  private final TreeMap<Integer, Integer> arenas = new TreeMap<>(); // capacity -> rows

  public ArenaSizes(Holder holder) {
    this.holder = holder;
  }

  /**
   * Ensures that an arena has the needed rows. It gets twice as many as it had while there is room,
   * so that a filling engine isn't copied at every prompt; else the others are cut down to their
   * live rows, and it gets half of what that leaves. All are cut when they have more than {@code
   * kvTokens} now.
   */
  public void reserve(SortedMap<Integer, Integer> live, int capacity, int needed, long kvTokens) {
    int had = arenas.getOrDefault(capacity, 0);
    if (needed <= had && tokens() <= kvTokens) {
      return;
    }
    int wanted = Math.max(needed, 2 * had);
    if (tokens() + (long) (wanted - had) * capacity > kvTokens) {
      for (int other : arenas.keySet().toArray(Integer[]::new)) {
        int rows = live.getOrDefault(other, 0);
        if (other != capacity && rows < arenas.get(other)) {
          resize(other, rows, rows, kvTokens);
        }
      }
      long room = kvTokens - (tokens() - (long) had * capacity) - (long) needed * capacity;
      wanted = needed + (int) Math.min(needed, Math.max(0, room / capacity / 2));
    }
    if (wanted != had) {
      resize(capacity, Math.min(had, live.getOrDefault(capacity, 0)), wanted, kvTokens);
    }
  }

  /** Records that all arenas have been freed. */
  void clear() {
    arenas.clear();
  }

  private long tokens() {
    long tokens = 0;
    for (Map.Entry<Integer, Integer> arena : arenas.entrySet()) {
      tokens += (long) arena.getKey() * arena.getValue();
    }
    return tokens;
  }

  private void resize(int capacity, int kept, int rows, long kvTokens) {
    long tensors = ((long) PARTS * capacity * rows - 1) / kvTokens + 1;
    holder.resize(capacity, kept, rows, Math.toIntExact(tensors));
    if (rows == 0) {
      arenas.remove(capacity);
    } else {
      arenas.put(capacity, rows);
    }
  }
}
