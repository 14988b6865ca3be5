package io.herd.udfs.runtime;

import io.herd.udfs.engine.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The queue of requests that no lane has taken yet. A lane takes the next ones when it has room, so
 * lanes end together however long their rows come to be. It takes a little more than it has room
 * for, since the scheduler looks for prompts of like length.
 *
 * <p>A few rows stay together: a step takes about as long for four rows as for two, so a lane
 * without work begins only when enough requests wait for each lane at work. Until then those have
 * its threads.
 *
 * <p>Prompts that follow each other and begin alike go to one lane, which computes that once.
 *
 * <p>Safe for use by many threads.
 */
final class Intake {
  /**
   * Maximum number of requests that a lane takes before they begin, while another lane may work
   * beside it.
   */
  private static final int LOOK_AHEAD = 24;

  /** The maximum for prompts with a common beginning. */
  private static final int LOOK_AHEAD_ALIKE = 3 * LOOK_AHEAD;

  /** Number of equal tokens, beyond those of the whole group, that define a common beginning. */
  private static final int ALIKE = 32;

  /** Prompt tokens that take about as long as generating one row beside others. */
  private static final int TOKENS_OF_A_ROW = 512;

  /** A lane's current work. */
  private static final class Share {
    boolean working; // has requests, or was woken for some
    int pending;
    Request last; // taken
  }

  private final ArrayDeque<Request> waiting = new ArrayDeque<>();
  private final List<Share> lanes = new ArrayList<>();
  private int opening = 1;
  private boolean forTexts = true;
  private long cost;

  /**
   * Adds idle lanes.
   *
   * @param opening cost of what must wait for each lane at work before another begins: 1 a request,
   *     and more for a long prompt
   * @param forTexts whether requests that generate count, too
   */
  synchronized void addLanes(int count, int opening, boolean forTexts) {
    this.opening = opening;
    this.forTexts = forTexts;
    for (int i = 0; i < count; i++) {
      lanes.add(new Share());
    }
  }

  /**
   * Adds a request at the end of the queue.
   *
   * @return the lane without work that is to be woken for it, if one is
   */
  synchronized Optional<Integer> add(Request request) {
    waiting.addLast(request);
    cost += cost(request);
    for (int lane = 0; lane < lanes.size(); lane++) {
      if (!lanes.get(lane).working && worthAnotherLane()) {
        lanes.get(lane).working = true;
        return Optional.of(lane);
      }
    }
    return Optional.empty();
  }

  private long cost(Request request) {
    boolean counts = forTexts || request.group().scored();
    return counts ? 1 + request.ids().length / TOKENS_OF_A_ROW : 0;
  }

  /** Returns whether another lane pays off; the first lane takes whatever there is. */
  private boolean worthAnotherLane() {
    return !waiting.isEmpty() && cost >= (long) opening * working();
  }

  /**
   * Returns a lane's next request; empty when it has enough. A lane with nothing pending that gets
   * nothing has no work until it is woken.
   *
   * @param unbegun of its requests
   * @param pending all of its requests
   */
  synchronized Optional<Request> next(int lane, int unbegun, int pending) {
    Share share = lanes.get(lane);
    share.pending = pending;
    boolean goesOn = pending > 0 || (share.working && !waiting.isEmpty());
    share.working = false; // for the count of the others
    share.working = goesOn || worthAnotherLane();
    if (!share.working || !(hasRoom(unbegun, pending) || takesAlike(share, unbegun))) {
      return Optional.empty();
    }
    Request next = waiting.removeFirst();
    share.last = next;
    cost -= cost(next);
    return Optional.of(next);
  }

  private boolean takesAlike(Share share, int unbegun) {
    if (share.last == null || waiting.isEmpty() || unbegun >= LOOK_AHEAD_ALIKE) {
      return false;
    }
    int[] last = share.last.ids();
    int[] next = waiting.getFirst().ids();
    int alike = share.last.group().prefixTokens() + ALIKE;
    return Math.min(last.length, next.length) >= alike
        && Arrays.equals(last, 0, alike, next, 0, alike);
  }

  private boolean hasRoom(int unbegun, int pending) {
    int working = working();
    int all = waiting.size() + lanes.stream().mapToInt(share -> share.pending).sum();
    boolean leavesAsMany = (long) unbegun * (working - 1) < waiting.size(); // to each other lane
    boolean alone = working == 1 && cost == 0; // no other lane would begin for what waits
    return !waiting.isEmpty()
        && (alone || unbegun < LOOK_AHEAD)
        && leavesAsMany
        && (long) pending * working < all;
  }

  /** Returns the number of lanes with work. */
  synchronized int working() {
    return (int) lanes.stream().filter(share -> share.working).count();
  }

  /** Returns the number of requests that no lane has taken. */
  synchronized int size() {
    return waiting.size();
  }

  /** Removes abandoned requests from the queue. */
  synchronized void drop(Predicate<Request> unwanted) {
    waiting.removeIf(unwanted);
    cost = waiting.stream().mapToLong(this::cost).sum();
  }

  /** Removes and returns everything. */
  synchronized List<Request> drain() {
    List<Request> left = List.copyOf(waiting);
    drop(request -> true);
    return left;
  }
}
