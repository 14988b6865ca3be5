package io.herd.udfs.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * The shared prefixes in the KV cache: a tree, each leaf of which is stored completely, from the
 * first token on. A prompt copies as much of a leaf as it has in common with it; so inner nodes are
 * there as long as one of their leaves is.
 *
 * <p>Bounded: all together take a quarter of the cache, or one alone up to half of it; the least
 * recently used go first. Those that live rows read in place stay, within the whole cache: each
 * takes less than the copies of its rows would.
 */
final class Prefixes {
  private static final int PART = 4;
  private static final int PART_OF_ONE = 2;

  /** A kept prefix; numbers begin at 1. */
  private record Kept(int number, int[] ids) {
    int size() {
      return ids.length;
    }
  }

  private final List<Kept> kept = new ArrayList<>(); // the one used last at the end
  private final List<Integer> dropped = new ArrayList<>();
  private final Collection<Start> live;
  private long bound;
  private long boundOfOne;
  private long tokens;
  private int last;

  /**
   * Creates an empty set.
   *
   * @param kvTokens of the cache
   * @param live what the rows in use read in place, at any time
   */
  Prefixes(long kvTokens, Collection<Start> live) {
    this.live = live;
    this.bound = kvTokens / PART;
    this.boundOfOne = kvTokens / PART_OF_ONE;
  }

  /** Returns the tokens of all kept prefixes. */
  long tokens() {
    return tokens;
  }

  /** Returns the longest prefix that a prompt can copy; its last token is never copied. */
  Start of(int[] prompt) {
    Start most = Start.NONE;
    for (Kept each : kept) {
      int common = Math.min(common(each.ids(), prompt, 0), prompt.length - 1);
      if (common > most.tokens()) {
        most = new Start(each.number(), common);
      }
    }
    return most;
  }

  /**
   * Counts the equal tokens at the beginning of both, where the first {@code from} are known to be
   * equal.
   */
  static int common(int[] a, int[] b, int from) {
    int mismatch = Arrays.mismatch(a, from, a.length, b, from, b.length);
    return mismatch < 0 ? a.length : from + mismatch;
  }

  /**
   * Returns how many tokens of a prompt are worth keeping: beyond the available ones, as far as
   * other prompts save more than it costs, repeatedly.
   *
   * @param common tokens that it has in common with each other prompt, the most first
   * @param have of it that needn't be computed, or is to be kept in any case
   * @param least tokens that must be saved
   */
  static int worthKeeping(int[] common, int have, int least) {
    int length = have;
    for (int longer = longer(common, length, least);
        longer > length;
        longer = longer(common, length, least)) {
      length = longer;
    }
    return length;
  }

  private static int longer(int[] common, int length, int least) {
    int best = length;
    long most = least - 1L;
    for (int others = 1; others <= common.length && common[others - 1] > length; others++) {
      long saved = (long) others * (common[others - 1] - length);
      if (saved > most) {
        most = saved;
        best = common[others - 1];
      }
    }
    return best;
  }

  /** Limits a length to the maximum of one prefix. */
  int most(int wanted) {
    return (int) Math.min(wanted, boundOfOne);
  }

  /**
   * Makes room for another prefix: drops the least recently used ones.
   *
   * @param base what the other goes on from, and stays
   * @param room tokens for all of them
   * @return whether there is as much
   */
  boolean makeRoom(int length, Start base, long room) {
    long stay = kept.stream().filter(each -> stays(each, base)).mapToLong(Kept::size).sum();
    if (stay + length > room) {
      return false;
    }
    long most = Math.min(bound, room) - length;
    for (int i = 0; i < kept.size() && tokens > most; ) {
      if (stays(kept.get(i), base)) {
        i++;
      } else {
        drop(i);
      }
    }
    return true;
  }

  private boolean stays(Kept prefix, Start base) {
    return prefix.number() == base.prefix() || isRead(prefix);
  }

  private boolean isRead(Kept prefix) {
    return live.stream().anyMatch(start -> start.prefix() == prefix.number());
  }

  /** Adds a prefix, and returns its number. */
  int add(int[] ids) {
    kept.add(new Kept(++last, ids));
    tokens += ids.length;
    return last;
  }

  /**
   * Marks a prefix as used, together with those that it begins with, which needn't be stored twice.
   */
  void use(int number) {
    for (int i = 0; i < kept.size(); i++) {
      if (kept.get(i).number() == number) {
        Kept used = kept.remove(i);
        dropWithin(used.ids());
        kept.add(used);
        return;
      }
    }
  }

  private void dropWithin(int[] longer) {
    for (int i = kept.size() - 1; i >= 0; i--) {
      int[] ids = kept.get(i).ids();
      if (common(ids, longer, 0) == ids.length && !isRead(kept.get(i))) {
        drop(i);
      }
    }
  }

  private void drop(int index) {
    Kept gone = kept.remove(index);
    tokens -= gone.ids().length;
    dropped.add(gone.number());
  }

  /** Drops all prefixes. */
  void clear() {
    while (!kept.isEmpty()) {
      drop(0);
    }
  }

  /**
   * Called when the cache has lost all prefixes for lack of memory: from now on half as much is
   * kept.
   */
  void forget() {
    clear();
    dropped.clear();
    bound /= 2;
    boundOfOne /= 2;
  }

  /** Returns the prefixes to remove from the cache before its next pass. */
  List<Integer> takeDropped() {
    List<Integer> gone = List.copyOf(dropped);
    dropped.clear();
    return gone;
  }
}
