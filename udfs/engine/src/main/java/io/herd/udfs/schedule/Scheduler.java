package io.herd.udfs.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Continuous batching (Orca, Yu et al. 2022) over a KV cache of arenas: a request that finishes
 * frees its row at once, and the next one waiting is prefilled.
 *
 * <p>Rows of about the same length lie in one arena, because attention works on all of its rows at
 * full capacity; a row that outgrows its arena moves into a longer one. Live rows are kept packed,
 * so that a decode pass works on the first rows of each arena without gathering them: when a row
 * ends, the last one moves into its place.
 *
 * <p>The oldest request is always part of the next prefill, so none starves; others join it only
 * when they are nearly as long, because a pass is padded to its longest prompt. A request is
 * admitted when its final length fits, so that no live row ever has to be evicted.
 *
 * <p>Not thread-safe: it belongs to the engine's loop.
 */
public final class Scheduler<S extends Sequence> {
  /** How far behind the oldest request its companions are looked for. */
  private static final int LOOKAHEAD = 256;

  /** A companion's share of the longest prompt in a pass: the rest is padding. */
  private static final double LEAST_FILLED = 0.75;

  private Limits limits;
  private final ArrayDeque<S> waiting = new ArrayDeque<>();
  private final TreeMap<Integer, List<S>> arenas = new TreeMap<>();

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
    return tokens(sequence) <= limits.capacity(tokens(sequence));
  }

  /** Requests that wait for a row. */
  public int waiting() {
    return waiting.size();
  }

  /** Requests that have a row, from the shortest arena to the longest. */
  public List<Arena<S>> live() {
    return arenas.entrySet().stream()
        .filter(arena -> !arena.getValue().isEmpty())
        .map(arena -> new Arena<>(arena.getKey(), List.copyOf(arena.getValue())))
        .toList();
  }

  /** Rows in use. */
  public int liveRows() {
    return arenas.values().stream().mapToInt(List::size).sum();
  }

  /** Tokens of the cache that the rows in use take. */
  public long kvTokens() {
    return arenas.entrySet().stream()
        .mapToLong(arena -> (long) arena.getKey() * arena.getValue().size())
        .sum();
  }

  /** Rows in use of one capacity. */
  public int liveRows(int capacity) {
    return arena(capacity).size();
  }

  /** Decides what to do next; the prompts of a prefill are live from now on. */
  public Step<S> next() {
    List<S> batch = admit();
    if (!batch.isEmpty()) {
      int capacity = entryCapacity(batch);
      int firstRow = liveRows(capacity);
      if (batch.get(0).scored()) {
        return new Step.Score<>(capacity, firstRow, batch);
      }
      arena(capacity).addAll(batch);
      return new Step.Prefill<>(capacity, firstRow, batch);
    }
    List<Move> moves = grow();
    if (!moves.isEmpty()) {
      return new Step.Grow<>(moves);
    }
    List<Arena<S>> live = live();
    return live.isEmpty() ? new Step.Idle<>() : new Step.Decode<>(live);
  }

  /**
   * Frees a row.
   *
   * @return what must move to {@code row}, or empty when it was the last one of its arena
   */
  public Optional<Move> finish(int capacity, int row) {
    List<S> arena = arena(capacity);
    int last = arena.size() - 1;
    S moved = arena.remove(last);
    if (row == last) {
      return Optional.empty();
    }
    arena.set(row, moved);
    return Optional.of(new Move(capacity, last, capacity, row));
  }

  /**
   * Forgets the live rows and goes on under other limits.
   *
   * @param fewer must let each request fit alone, as the old limits did
   * @param again requests for the head of the queue
   */
  public void restart(Limits fewer, List<S> again) {
    arenas.clear();
    for (int i = again.size() - 1; i >= 0; i--) {
      waiting.addFirst(again.get(i));
    }
    limits = fewer;
  }

  /** Takes requests that nobody waits for any more out of the queue. */
  public void drop(Predicate<S> unwanted) {
    waiting.removeIf(unwanted);
  }

  /** The moves that one row which is too long for its arena makes necessary. */
  private List<Move> grow() {
    for (Map.Entry<Integer, List<S>> arena : arenas.entrySet()) {
      int capacity = arena.getKey();
      for (int row = 0; row < arena.getValue().size(); row++) {
        S sequence = arena.getValue().get(row);
        if (sequence.length() > capacity) {
          return moves(sequence, capacity, row);
        }
      }
    }
    return List.of();
  }

  private List<Move> moves(S sequence, int capacity, int row) {
    List<Move> moves = new ArrayList<>();
    int longer = limits.capacity(sequence.length());
    moves.add(new Move(capacity, row, longer, liveRows(longer)));
    arena(longer).add(sequence);
    finish(capacity, row).ifPresent(moves::add);
    return moves;
  }

  private List<S> admit() {
    List<S> batch = new ArrayList<>();
    long reserved = reserved();
    if (waiting.isEmpty() || !room(reserved, batch, waiting.peekFirst())) {
      return batch;
    }
    S oldest = waiting.removeFirst();
    batch.add(oldest);
    int most = Math.max(1, limits.prefillTokens() / pass(oldest));
    Iterator<S> rest = waiting.iterator();
    for (int seen = 0; seen < LOOKAHEAD && batch.size() < most && rest.hasNext(); seen++) {
      S candidate = rest.next();
      if (alike(oldest, candidate) && room(reserved, batch, candidate)) {
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

  /** Tokens that the live rows may come to take, so that growing never fails. */
  private long reserved() {
    long tokens = 0;
    for (Map.Entry<Integer, List<S>> arena : arenas.entrySet()) {
      tokens += reserved(arena.getKey(), arena.getValue());
    }
    return tokens;
  }

  private long reserved(int capacity, List<S> rows) {
    return rows.stream().mapToLong(row -> Math.max(capacity, limits.capacity(tokens(row)))).sum();
  }

  private boolean room(long reserved, List<S> batch, S candidate) {
    List<S> joined = new ArrayList<>(batch);
    joined.add(candidate);
    return liveRows() + joined.size() <= limits.slots()
        && reserved + reserved(entryCapacity(joined), joined) <= limits.kvTokens();
  }

  private int entryCapacity(List<S> batch) {
    int longest = 0;
    for (S sequence : batch) {
      longest = Math.max(longest, sequence.scored() ? (int) tokens(sequence) : sequence.length());
    }
    return limits.capacity(longest);
  }

  private List<S> arena(int capacity) {
    return arenas.computeIfAbsent(capacity, c -> new ArrayList<>());
  }

  private static long tokens(Sequence sequence) {
    return (long) sequence.promptTokens() + sequence.extraTokens();
  }
}
