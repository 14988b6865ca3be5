package io.herd.udfs.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * Continuous batching (Orca, Yu et al. 2022) over a dense KV cache: a request that finishes frees
 * its row at once, and the next one waiting is prefilled into it.
 *
 * <p>Live rows are kept packed, so that a decode pass works on the first rows of the cache without
 * gathering them: when a row ends, the last one moves into its place. The oldest request is always
 * part of the next prefill, so none starves; others join it only when they are nearly as long,
 * because a pass is padded to its longest prompt. A request is admitted when its final length fits,
 * so that no live row ever has to be evicted.
 *
 * <p>Not thread-safe: it belongs to the engine's loop.
 */
public final class Scheduler<S extends Sequence> {
  /** Capacities are multiples of this, so that the cache is seldom laid out anew. */
  static final int CAPACITY_STEP = 32;

  /** How far behind the oldest request its companions are looked for. */
  private static final int LOOKAHEAD = 256;

  /** A companion's share of the longest prompt in a pass: the rest is padding. */
  private static final double LEAST_FILLED = 0.75;

  private final Limits limits;
  private final ArrayDeque<S> waiting = new ArrayDeque<>();
  private final List<S> live = new ArrayList<>();

  public Scheduler(Limits limits) {
    this.limits = limits;
  }

  /** Adds a request at the end of the queue. It must fit: see {@link #fits}. */
  public void add(S sequence) {
    if (!fits(sequence)) {
      throw new IllegalArgumentException("a request longer than the cache was added");
    }
    waiting.addLast(sequence);
  }

  /** Whether the cache can hold this request when it is alone. */
  public boolean fits(S sequence) {
    return tokens(sequence) <= limits.kvTokens();
  }

  /** Requests that wait for a row. */
  public int waiting() {
    return waiting.size();
  }

  /** Requests that have a row, in the order of their rows. */
  public List<S> live() {
    return Collections.unmodifiableList(live);
  }

  /** Decides the next pass; the prompts of a prefill are live from now on. */
  public Step<S> next() {
    List<S> batch = admit();
    if (!batch.isEmpty()) {
      int firstRow = live.size();
      int capacity = Math.max(liveCapacity(), maxCapacity(batch));
      if (batch.get(0).scored()) {
        return new Step.Score<>(firstRow, batch, capacity);
      }
      live.addAll(batch);
      return new Step.Prefill<>(firstRow, batch, capacity);
    }
    return live.isEmpty() ? new Step.Idle<>() : new Step.Decode<>(List.copyOf(live));
  }

  /**
   * Frees a row.
   *
   * @return the row whose content must move to {@code row}, or empty when it was the last one
   */
  public OptionalInt finish(int row) {
    int last = live.size() - 1;
    S moved = live.remove(last);
    if (row == last) {
      return OptionalInt.empty();
    }
    live.set(row, moved);
    return OptionalInt.of(last);
  }

  /** Takes requests that nobody waits for any more out of the queue. */
  public void drop(Predicate<S> unwanted) {
    waiting.removeIf(unwanted);
  }

  private List<S> admit() {
    List<S> batch = new ArrayList<>();
    if (waiting.isEmpty() || !room(batch, waiting.peekFirst())) {
      return batch;
    }
    S oldest = waiting.removeFirst();
    batch.add(oldest);
    int longest = pass(oldest);
    int most = Math.max(1, limits.prefillTokens() / longest);
    Iterator<S> rest = waiting.iterator();
    for (int seen = 0; seen < LOOKAHEAD && batch.size() < most && rest.hasNext(); seen++) {
      S candidate = rest.next();
      if (alike(oldest, candidate) && room(batch, candidate)) {
        batch.add(candidate);
        rest.remove();
      }
    }
    return batch;
  }

  private static boolean alike(Sequence oldest, Sequence candidate) {
    int longest = pass(oldest);
    return oldest.scored() == candidate.scored()
        && oldest.group().equals(candidate.group())
        && pass(candidate) <= longest
        && pass(candidate) >= LEAST_FILLED * longest;
  }

  /** Tokens that the pass has to compute for this request. */
  private static int pass(Sequence sequence) {
    int labels = sequence.scored() ? sequence.extraTokens() : 0;
    return sequence.promptTokens() - sequence.sharedTokens() + labels;
  }

  private boolean room(List<S> batch, S candidate) {
    int rows = live.size() + batch.size() + 1;
    int capacity = Math.max(capacity(candidate), Math.max(liveCapacity(), maxCapacity(batch)));
    return rows <= limits.rowsOf(capacity);
  }

  private int liveCapacity() {
    return maxCapacity(live);
  }

  private int maxCapacity(List<? extends Sequence> sequences) {
    int most = 0;
    for (Sequence sequence : sequences) {
      most = Math.max(most, capacity(sequence));
    }
    return most;
  }

  private int capacity(Sequence sequence) {
    long steps = (tokens(sequence) + CAPACITY_STEP - 1) / CAPACITY_STEP;
    return (int) Math.min(steps * CAPACITY_STEP, limits.kvTokens());
  }

  private static long tokens(Sequence sequence) {
    return (long) sequence.promptTokens() + sequence.extraTokens();
  }
}
