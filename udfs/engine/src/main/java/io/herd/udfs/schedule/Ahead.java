package io.herd.udfs.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;

/**
 * The first of the waiting requests.
 *
 * @param requests the oldest first
 * @param common how many tokens each has in common with the oldest; the last one of a prompt is
 *     always its own
 */
record Ahead<S extends Sequence>(List<S> requests, int[] common) {
  /** How many requests after the oldest one are examined. */
  private static final int MOST = 1024;

  /**
   * Examines the first waiting requests.
   *
   * @param shares whether to compare their prompts
   */
  static <S extends Sequence> Ahead<S> of(Queue<S> waiting, boolean shares) {
    List<S> requests = new ArrayList<>(Math.min(MOST, waiting.size()));
    Iterator<S> queue = waiting.iterator();
    while (requests.size() < MOST && queue.hasNext()) {
      requests.add(queue.next());
    }
    int[] common = new int[requests.size()];
    if (shares) {
      S oldest = requests.get(0);
      Arrays.setAll(common, i -> common(oldest, requests.get(i)));
    }
    return new Ahead<>(requests, common);
  }

  private static int common(Sequence oldest, Sequence other) {
    boolean known = oldest.group() == other.group();
    int most = Math.min(oldest.promptTokens(), other.promptTokens()) - 1;
    int from = known ? Math.min(oldest.sharedTokens(), most) : 0;
    return Math.min(Prefixes.common(oldest.prompt(), other.prompt(), from), most);
  }

  S oldest() {
    return requests.get(0);
  }

  /**
   * Returns how many tokens of the oldest prompt are worth keeping.
   *
   * @param have of it that is kept
   * @param least tokens that others must save by it
   */
  int worthKeeping(int have, int least) {
    int[] others = Arrays.copyOfRange(common, 1, common.length);
    Arrays.sort(others);
    for (int i = 0; i < others.length / 2; i++) { // the most first
      int other = others[i];
      others[i] = others[others.length - 1 - i];
      others[others.length - 1 - i] = other;
    }
    return Prefixes.worthKeeping(others, have, least);
  }

  /**
   * Returns how many of the available tokens a pass copies: slightly fewer, if more requests can
   * join it then.
   *
   * @param slack tokens that may be computed again in all
   */
  int start(int most, int slack) {
    int rows = 0;
    for (int tokens : common) {
      rows += tokens >= most ? 1 : 0;
    }
    int start = most;
    for (int i = 0; i < common.length; i++) {
      boolean near = common[i] < start && (long) (most - common[i]) * Math.max(1, rows) <= slack;
      if (near && requests.get(i).group().equals(oldest().group())) {
        start = common[i];
      }
    }
    return start;
  }
}
