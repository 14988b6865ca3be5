package io.herd.udfs.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Continuous batching (Orca, Yu et al. 2022) over a KV cache of arenas: a request that finishes
 * frees its row, and waiting ones are prefilled into free rows while the others go on.
 *
 * <p>Rows of about the same length lie in one arena, because attention works on all of its rows at
 * full capacity; a row that outgrows its arena moves into a longer one. Live rows are kept packed,
 * so that a decode pass works on the first rows of each arena without gathering them: when a row
 * ends, the last one moves into its place.
 *
 * <p>The oldest request is always part of the next prefill, so none starves; see {@link Companions}
 * for those that join it. A request is admitted when its final length fits, so that no live row
 * ever has to be evicted.
 *
 * <p>While rows are generated, a prefill waits until it can take a share of all rows: it was made
 * for each freed row at first, 1,007 passes for 2,000 chats. It waits for companions that are
 * there, so a request alone is begun at once, and it waits only until the rows that stay free have
 * cost about what a pass over all of them does.
 *
 * <p>Not thread-safe: it belongs to the engine's loop.
 */
public final class Scheduler<S extends Sequence> {
  /** A pass has fixed costs, so that no fewer than this part of all rows are prefilled in one. */
  private static final int PASSES_FOR_ALL = 16;

  private Limits limits;
  private final ArrayDeque<S> waiting = new ArrayDeque<>();
  private final TreeMap<Integer, List<S>> arenas = new TreeMap<>();
  private int held; // requests that could have a row now and wait for companions
  private long idle; // rows times decode passes that went by so

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
    return sequence.tokens() <= limits.capacity(sequence.tokens());
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
  public Pass<S> next() {
    List<S> batch = admit();
    if (!batch.isEmpty()) {
      int capacity = limits.entryCapacity(batch.get(0)); // the longest
      int firstRow = liveRows(capacity);
      if (batch.get(0).scored()) {
        return new Pass.Score<>(capacity, firstRow, batch);
      }
      arena(capacity).addAll(batch);
      return new Pass.Prefill<>(capacity, firstRow, batch);
    }
    List<Move> moves = grow();
    if (!moves.isEmpty()) {
      return new Pass.Grow<>(moves);
    }
    idle += held;
    List<Arena<S>> live = live();
    return live.isEmpty() ? new Pass.Idle<>() : new Pass.Decode<>(live);
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

  /** The prompts of the next prefill; none while a fuller pass is worth waiting for. */
  private List<S> admit() {
    held = 0;
    if (waiting.isEmpty()) {
      return List.of();
    }
    int live = liveRows();
    Companions<S> next =
        Companions.of(waiting, limits, limits.slots() - live, limits.kvTokens() - reserved());
    int rows = next.batch().size();
    boolean worthAPass = !next.more() || rows >= (live + rows) / PASSES_FOR_ALL || idle >= live;
    if (rows == 0 || !worthAPass) {
      held = rows;
      return List.of();
    }
    idle = 0;
    next.leave(waiting);
    return next.batch();
  }

  /** Tokens that the live rows may come to take. */
  private long reserved() {
    long tokens = 0;
    for (Map.Entry<Integer, List<S>> arena : arenas.entrySet()) {
      for (S row : arena.getValue()) {
        tokens += limits.reserved(arena.getKey(), row);
      }
    }
    return tokens;
  }

  private List<S> arena(int capacity) {
    return arenas.computeIfAbsent(capacity, c -> new ArrayList<>());
  }
}
