package io.herd.udfs.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/**
 * The oldest waiting request and those that may share its pass: from the same group, with the same
 * start and nearly as long, because a pass is padded to its longest prompt.
 *
 * @param batch those that there is room for now, the oldest first; empty when it has none itself
 * @param more whether other companions would join once rows are free
 */
record Companions<S extends Sequence>(List<S> batch, boolean more) {
  /**
   * Minimum length of a companion as a fraction of the longest prompt in a pass: the rest is
   * padding.
   */
  private static final double LEAST_FILLED = 0.75;

  /**
   * Tokens of padding that a companion with the same start may have in any case: less than another
   * pass costs, before which that start might be dropped.
   */
  private static final int LITTLE = 16;

  /**
   * Finds the companions.
   *
   * @param start what each has in common with the oldest, and needn't compute
   * @param rows that are free
   * @param kvTokens of the cache that are neither in use nor kept for rows in use
   */
  static <S extends Sequence> Companions<S> of(
      Ahead<S> ahead, Start start, Limits limits, int rows, long kvTokens) {
    List<S> batch = new ArrayList<>();
    S oldest = ahead.oldest();
    int inPlace = start.inPlace();
    int entry = limits.entryCapacity(oldest, inPlace);
    long left = kvTokens - limits.reserved(entry, oldest, inPlace);
    if (rows == 0 || left < 0) {
      return new Companions<>(batch, true);
    }
    batch.add(oldest);
    int most = Math.max(1, limits.prefillTokens() / oldest.passTokens(start.tokens()));
    boolean more = false;
    for (int i = 1; i < ahead.requests().size() && batch.size() < most; i++) {
      S candidate = ahead.requests().get(i);
      if (ahead.common()[i] < start.tokens() || !alike(oldest, candidate, start.tokens())) {
        continue;
      }
      long tokens = limits.reserved(entry, candidate, inPlace);
      if (batch.size() < rows && tokens <= left) {
        left -= tokens;
        batch.add(candidate);
      } else {
        more = true;
      }
      if (more && batch.size() == rows) {
        break;
      }
    }
    return new Companions<>(batch, more && batch.size() < most);
  }

  private static boolean alike(Sequence oldest, Sequence candidate, int start) {
    int longest = oldest.passTokens(start);
    int tokens = candidate.passTokens(start);
    return oldest.scored() == candidate.scored()
        && tokens <= longest
        && (tokens >= LEAST_FILLED * longest || (start > 0 && longest - tokens <= LITTLE))
        && oldest.group().equals(candidate.group());
  }

  /** Removes the batch from the queue. */
  void leave(Queue<S> waiting) {
    Set<S> gone = Collections.newSetFromMap(new IdentityHashMap<>());
    gone.addAll(batch);
    Iterator<S> queue = waiting.iterator();
    while (!gone.isEmpty()) {
      if (gone.remove(queue.next())) {
        queue.remove();
      }
    }
  }
}
