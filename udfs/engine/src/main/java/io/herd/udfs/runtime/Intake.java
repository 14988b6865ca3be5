package io.herd.udfs.runtime;

import io.herd.udfs.engine.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The requests that no lane has taken yet. A lane takes the next ones when it has room, so lanes
 * end together however long their rows come to be. It takes a little more than it has room for,
 * since the scheduler looks for prompts of like length.
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
  /** Most requests that a lane has taken and not begun, while another may work beside it. */
  private static final int LOOK_AHEAD = 24;

  /** Most when it takes prompts that begin alike. */
  private static final int LOOK_AHEAD_ALIKE = 3 * LOOK_AHEAD;

  /** Equal tokens, beyond those of their whole group, of prompts that begin alike. */
  private static final int ALIKE = 32;

  /** Tokens of a prompt that take about as long as generating one row does beside others. */
  private static final int TOKENS_OF_A_ROW = 512;

  /** A lane's part of the work. */
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
   * Adds lanes that have no work.
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

  /** The first lane takes whatever there is. */
  private boolean worthAnotherLane() {
    return !waiting.isEmpty() && cost >= (long) opening * working();
  }

  /**
   * Gives a lane its next request; nothing when it has enough. A lane with nothing pending that
   * gets nothing has no work until it is woken.
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

  /** Lanes that have work. */
  synchronized int working() {
    return (int) lanes.stream().filter(share -> share.working).count();
  }

  /** Requests that no lane has taken. */
  synchronized int size() {
    return waiting.size();
  }

  /** Takes requests that nobody waits for any more out of the queue. */
  synchronized void drop(Predicate<Request> unwanted) {
    waiting.removeIf(unwanted);
    cost = waiting.stream().mapToLong(this::cost).sum();
  }

  /** Takes everything out. */
  synchronized List<Request> drain() {
    List<Request> left = List.copyOf(waiting);
    drop(request -> true);
    return left;
  }
}
