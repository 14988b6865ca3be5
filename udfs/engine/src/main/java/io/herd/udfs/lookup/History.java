package io.herd.udfs.lookup;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The tokens of a row, and where its last ones stood before. */
final class History {
  /** Longer runs of equal tokens say no more of what follows. */
  static final int LONGEST = 8;

  /** Places looked at, from the latest back: some tokens stand everywhere. */
  private static final int TRIES = 64;

  private static final int NONE = -1;

  private int[] ids;
  private int[] before; // the place before with the same token, or NONE
  private final Map<Integer, Integer> latest = new HashMap<>();
  private int size;

  /**
   * An earlier place that reads like the end.
   *
   * @param next the place behind it
   * @param length tokens that are equal, {@link #LONGEST} at most
   */
  record Match(int next, int length) {}

  History(int[] prompt) {
    ids = new int[prompt.length + 64];
    before = new int[ids.length];
    for (int id : prompt) {
      add(id);
    }
  }

  void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size);
      before = Arrays.copyOf(before, 2 * size);
    }
    Integer place = latest.put(id, size);
    before[size] = place == null ? NONE : place;
    ids[size++] = id;
  }

  /**
   * Returns the tokens after a match.
   *
   * @param ahead 0 for the token behind it; beyond the row's end the text goes on as before
   */
  int get(Match match, int ahead) {
    return ids[match.next() + ahead % (size - match.next())];
  }

  /**
   * The place that is like the end for the most tokens, the latest of equals; null for none.
   *
   * @param most tokens that say anything
   */
  Match find(int most) {
    int longest = Math.min(most, LONGEST);
    int best = 0;
    int next = 0;
    int place = before[size - 1];
    for (int tries = 0; tries < TRIES && place != NONE && best < longest; tries++) {
      int length = common(place, longest);
      if (length > best) {
        best = length;
        next = place + 1;
      }
      place = before[place];
    }
    return best == 0 ? null : new Match(next, best);
  }

  private int common(int place, int longest) {
    int length = 1;
    while (length < longest && length <= place && ids[place - length] == ids[size - 1 - length]) {
      length++;
    }
    return length;
  }
}
