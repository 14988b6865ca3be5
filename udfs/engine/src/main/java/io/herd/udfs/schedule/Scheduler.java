package io.herd.udfs.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
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
  /** A pass has fixed costs, so a prefill takes at least this fraction of all rows. */
  private static final int PASSES_FOR_ALL = 16;

  /** The fraction of a pass's benefit that may be computed again, so that more requests join it. */
  private static final int PART_AGAIN = 4;

  private Limits limits;
  private final ArrayDeque<S> waiting = new ArrayDeque<>();
  private final TreeMap<Integer, List<S>> arenas = new TreeMap<>();

  /** The live rows that read a prefix, and what of it. */
  private final IdentityHashMap<S, Start> inPlace = new IdentityHashMap<>();

  private final int inPlaceStep;
  private final Prefixes prefixes;
  private int held; // requests that could have a row now and wait for companions
  private long idle; // rows times decode passes that went by so

  /** Creates a scheduler of rows that copy prefixes. */
  public Scheduler(Limits limits) {
    this(limits, 0);
  }

  /**
   * Creates a scheduler.
   *
   * @param inPlaceStep multiple of the tokens of a prefix that rows read where it lies; 0 where
   *     they copy it
   */
  public Scheduler(Limits limits, int inPlaceStep) {
    this.limits = limits;
    this.inPlaceStep = inPlaceStep;
    this.prefixes = new Prefixes(limits.kvTokens(), inPlace.values());
  }

  /** Adds a request at the end of the queue. It must fit: see {@link #fits}. */
  public void add(S sequence) {
    if (!fits(sequence)) {
      throw new IllegalArgumentException("a request longer than the cache was added");
    }
    waiting.addLast(sequence);
  }

  /** Returns whether the cache can hold this request when it is alone. */
  public boolean fits(S sequence) {
    return sequence.tokens() <= limits.capacity(sequence.tokens());
  }

  /** Returns the number of requests that wait for a row. */
  public int waiting() {
    return waiting.size();
  }

  /** Returns the requests that have a row, from the shortest arena to the longest. */
  public List<Arena<S>> live() {
    return arenas.entrySet().stream()
        .filter(arena -> !arena.getValue().isEmpty())
        .map(arena -> new Arena<>(arena.getKey(), List.copyOf(arena.getValue())))
        .toList();
  }

  /** Returns the number of rows in use. */
  public int liveRows() {
    return arenas.values().stream().mapToInt(List::size).sum();
  }

  /** Returns the tokens of the cache that rows in use take. */
  public long kvTokens() {
    return arenas.entrySet().stream()
        .mapToLong(arena -> (long) arena.getKey() * arena.getValue().size())
        .sum();
  }

  /** Returns how many tokens a live row must hold itself in the next decode pass. */
  public int ownTokens(S row) {
    return row.length() - inPlace(row);
  }

  /** Returns the number of rows in use with one capacity. */
  public int liveRows(int capacity) {
    return arena(capacity).size();
  }

  /** Returns the tokens of the cache that kept prefixes take, beside those of the rows. */
  public long prefixTokens() {
    return prefixes.tokens();
  }

  /** Returns the prefixes, by number, to remove from the cache before its next pass. */
  public List<Integer> takeDropped() {
    return prefixes.takeDropped();
  }

  /** Chooses the next pass; the prompts of a prefill are live from now on. */
  public Pass<S> next() {
    Pass<S> entering = admit();
    if (entering != null) {
      return entering;
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
    inPlace.remove(arena(capacity).get(row));
    return leave(capacity, row);
  }

  private Optional<Move> leave(int capacity, int row) {
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
   * Forgets live rows and prefixes, and continues with other limits.
   *
   * @param fewer must let each request fit alone, as the old limits did
   * @param again requests for the head of the queue
   */
  public void restart(Limits fewer, List<S> again) {
    arenas.clear();
    inPlace.clear();
    prefixes.forget();
    for (int i = again.size() - 1; i >= 0; i--) {
      waiting.addFirst(again.get(i));
    }
    limits = fewer;
  }

  /** Removes abandoned requests from the queue. */
  public void drop(Predicate<S> unwanted) {
    waiting.removeIf(unwanted);
  }

  /** Returns the moves for one row that is too long for its arena. */
  private List<Move> grow() {
    for (Map.Entry<Integer, List<S>> arena : arenas.entrySet()) {
      int capacity = arena.getKey();
      for (int row = 0; row < arena.getValue().size(); row++) {
        S sequence = arena.getValue().get(row);
        if (ownTokens(sequence) > capacity) {
          return moves(sequence, capacity, row);
        }
      }
    }
    return List.of();
  }

  private List<Move> moves(S sequence, int capacity, int row) {
    List<Move> moves = new ArrayList<>();
    int longer = limits.capacity(ownTokens(sequence));
    moves.add(new Move(capacity, row, longer, liveRows(longer)));
    arena(longer).add(sequence);
    leave(capacity, row).ifPresent(moves::add);
    return moves;
  }

  /**
   * Returns the next prefill, or the pass for its shared prefix; null while it is better to wait
   * for rows or companions.
   */
  private Pass<S> admit() {
    held = 0;
    int live = liveRows();
    if (waiting.isEmpty() || live == limits.slots()) {
      return null;
    }
    S oldest = waiting.getFirst();
    long free = limits.kvTokens() - reserved();
    long room = free - limits.reserved(limits.entryCapacity(oldest, 0), oldest, 0); // for prefixes
    if (live == 0 && prefixes.tokens() > room) {
      prefixes.clear(); // nothing else can make room for the oldest
    }
    if (prefixes.tokens() > room) {
      return null;
    }
    Ahead<S> ahead = Ahead.of(waiting, limits.shares());
    Start base = limits.shares() ? prefixes.of(oldest.prompt()) : Start.NONE;
    int wanted = limits.shares() ? wanted(ahead, base) : 0;
    if (wanted > base.tokens() && !prefixes.makeRoom(wanted, base, room)) {
      if (live > 0) {
        return null; // until rows have ended: each would compute it by itself
      }
      wanted = base.tokens();
    }
    return admit(ahead, base, wanted, free - prefixes.tokens());
  }

  /**
   * Returns that pass, once it is known what the oldest prompt shares.
   *
   * @param base what is kept of it
   * @param wanted tokens that are to be kept of it
   * @param left tokens of the cache that nothing takes
   */
  private Pass<S> admit(Ahead<S> ahead, Start base, int wanted, long left) {
    int live = liveRows();
    int copied = ahead.start(wanted, limits.worthSharing() / PART_AGAIN);
    Start start = new Start(base.prefix(), copied).inPlace(inPlaceStep);
    boolean longer = wanted > base.tokens();
    long forRows = longer ? left - wanted : left;
    Companions<S> next = Companions.of(ahead, start, limits, limits.slots() - live, forRows);
    if (!worthAPass(next, live)) {
      held = next.batch().size();
      return null;
    }
    int capacity = limits.entryCapacity(ahead.oldest(), start.inPlace());
    if (longer) {
      int[] ids = Arrays.copyOf(ahead.oldest().prompt(), wanted);
      return new Pass.Share<>(capacity, prefixes.add(ids), ids, base);
    }
    idle = 0;
    next.leave(waiting);
    prefixes.use(base.prefix());
    return enter(capacity, start, next.batch());
  }

  private boolean worthAPass(Companions<S> next, int live) {
    int rows = next.batch().size();
    return !next.more() || rows >= (live + rows) / PASSES_FOR_ALL || idle >= live;
  }

  /** Returns how many tokens of the oldest prompt to keep, if more than are kept already. */
  private int wanted(Ahead<S> ahead, Start base) {
    S oldest = ahead.oldest();
    int known = Math.min(oldest.sharedTokens(), oldest.promptTokens() - 1);
    int wanted = ahead.worthKeeping(Math.max(base.tokens(), known), limits.worthSharing());
    return Math.max(base.tokens(), prefixes.most(wanted));
  }

  /** Assigns rows to the batch; where labels are scored, for one pass. */
  private Pass<S> enter(int capacity, Start start, List<S> batch) {
    int firstRow = liveRows(capacity);
    if (batch.get(0).scored()) {
      return new Pass.Score<>(capacity, firstRow, start, batch);
    }
    arena(capacity).addAll(batch);
    if (start.inPlace() > 0) {
      batch.forEach(row -> inPlace.put(row, start));
    }
    return new Pass.Prefill<>(capacity, firstRow, start, batch);
  }

  /** Returns the maximum number of tokens that live rows may need. */
  private long reserved() {
    long tokens = 0;
    for (Map.Entry<Integer, List<S>> arena : arenas.entrySet()) {
      for (S row : arena.getValue()) {
        tokens += limits.reserved(arena.getKey(), row, inPlace(row));
      }
    }
    return tokens;
  }

  /** Returns how many tokens of a live row aren't in the row itself. */
  private int inPlace(S row) {
    return inPlace.getOrDefault(row, Start.NONE).inPlace();
  }

  private List<S> arena(int capacity) {
    return arenas.computeIfAbsent(capacity, c -> new ArrayList<>());
  }
}
