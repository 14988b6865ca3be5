package io.herd.udfs.engine;

import io.herd.udfs.RowException;
import io.herd.udfs.model.CausalModel;
import io.herd.udfs.model.OutOfDeviceMemory;
import io.herd.udfs.model.Picked;
import io.herd.udfs.schedule.Arena;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.schedule.Move;
import io.herd.udfs.schedule.Scheduler;
import io.herd.udfs.schedule.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The continuous batching loop over one model: {@link #step} decides on a forward pass, runs it,
 * picks the next tokens, and hands out what is finished.
 *
 * <p>With fixed shapes every pass has the same ones whatever the batch: prompts are computed alone
 * and decoding always works on all rows at full length. A row's bytes then depend on nothing but
 * the row, because libtorch's products are bitwise repeatable at a fixed number of rows.
 *
 * <p>Not thread-safe: one thread submits, steps and closes.
 */
public final class Engine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  private final CausalModel model;
  private Limits limits;
  private final boolean fixedShapes;
  private final int maxTokens;
  private final Scheduler<ActiveRequest> scheduler;
  private int[] shared = {};
  private long promptTokens;
  private long sharedTokens;
  private long newTokens;
  private volatile EngineStats stats;
  private List<ActiveRequest> scoring = List.of(); // they wait no more and have no row
  private final List<String> incidents = new CopyOnWriteArrayList<>();

  /**
   * @param maxTokens tokens of the longest row, prompt and completion together
   * @param fixedShapes true to make results independent of batch mates to the last bit
   */
  public Engine(CausalModel model, Limits limits, int maxTokens, boolean fixedShapes) {
    this.model = model;
    this.fixedShapes = fixedShapes;
    this.maxTokens = (int) Math.min(maxTokens, limits.kvTokens());
    this.limits = fixedShapes ? fixed(limits, this.maxTokens) : limits;
    this.scheduler = new Scheduler<>(this.limits);
    this.stats = counted();
  }

  /** Every row has full length from the start, and every prompt is alone in its pass. */
  private static Limits fixed(Limits limits, int maxTokens) {
    int slots = (int) Math.min(limits.slots(), limits.kvTokens() / maxTokens);
    return new Limits(slots, limits.kvTokens(), 1, limits.capacityStep(), maxTokens);
  }

  /** Tokens that the longest row may have, prompt and completion together. */
  public int maxTokens() {
    return maxTokens;
  }

  /**
   * Queues a request.
   *
   * @throws IllegalArgumentException when it is longer than {@link #maxTokens}, or doesn't go on
   *     after its group's prefix
   */
  public void submit(Request request) {
    ActiveRequest active = new ActiveRequest(request);
    int needed = active.promptTokens() + active.extraTokens();
    if (needed > maxTokens) {
      throw new IllegalArgumentException(
          "a request of " + needed + " tokens, where " + maxTokens + " are the most");
    }
    scheduler.add(active);
  }

  /** Requests that wait or have a row. */
  public int pending() {
    return scheduler.waiting() + scheduler.liveRows();
  }

  /** Does the next thing, mostly a forward pass; false when there was nothing to do. */
  public boolean step() {
    Step<ActiveRequest> step = scheduler.next();
    if (step instanceof Step.Idle) {
      return false;
    }
    try {
      run(step);
    } catch (OutOfDeviceMemory e) {
      retreat(step, e);
    }
    stats = counted();
    return true;
  }

  /** As of the last pass; any thread may ask. */
  public EngineStats stats() {
    return stats;
  }

  private EngineStats counted() {
    return new EngineStats(
        promptTokens,
        sharedTokens,
        newTokens,
        incidents.size(),
        scheduler.waiting(),
        scheduler.liveRows(),
        limits.slots(),
        scheduler.kvTokens(),
        limits.kvTokens());
  }

  private void run(Step<ActiveRequest> step) {
    if (step instanceof Step.Prefill<ActiveRequest> prefill) {
      prefill(prefill);
    } else if (step instanceof Step.Score<ActiveRequest> score) {
      score(score);
    } else if (step instanceof Step.Grow<ActiveRequest> grow) {
      grow(grow.moves());
    } else if (step instanceof Step.Decode<ActiveRequest> decode) {
      decode(decode);
    }
  }

  /**
   * Starts the rows in work again, half as many at once; one that was alone fails. What they had is
   * computed again, because the cache may be half written.
   */
  private void retreat(Step<ActiveRequest> step, OutOfDeviceMemory cause) {
    List<Request> begun = new ArrayList<>();
    scheduler.live().forEach(arena -> arena.rows().forEach(row -> begun.add(row.request())));
    if (step instanceof Step.Score<ActiveRequest> score) {
      score.batch().forEach(row -> begun.add(row.request()));
    }
    if (fixedShapes) { // fewer rows at once would give other bytes
      throw cause;
    }
    model.forget();
    shared = new int[0];
    scoring = List.of();
    if (begun.size() == 1) {
      Request alone = begun.remove(0);
      alone.listener().failed(new RowException("the device has no memory for this row alone"));
    }
    limits = limits.withSlots(Math.max(1, begun.size() / 2));
    scheduler.restart(limits, begun.stream().map(ActiveRequest::new).toList());
    String incident = "out of memory: went on with " + limits.slots() + " rows at once";
    LOG.warn(incident, cause);
    incidents.add(incident);
  }

  /** What went wrong so far without ending the engine; any thread may ask. */
  public List<String> incidents() {
    return List.copyOf(incidents);
  }

  /** Drops requests; their listeners hear no more. */
  public void cancel(Predicate<Request> unwanted) {
    scheduler.drop(active -> unwanted.test(active.request()));
    for (Arena<ActiveRequest> arena : scheduler.live()) {
      for (int row = arena.rows().size() - 1; row >= 0; row--) {
        if (unwanted.test(arena.rows().get(row).request())) {
          free(arena.capacity(), row);
        }
      }
    }
    stats = counted();
  }

  private void prefill(Step.Prefill<ActiveRequest> step) {
    List<ActiveRequest> batch = step.batch();
    makeRoom(step.capacity(), step.firstRow(), batch);
    batch.forEach(row -> row.request().listener().begun());
    Picked picked =
        model.prefill(
            step.capacity(),
            step.firstRow(),
            prompts(batch),
            shared.length,
            DecodeInput.picking(batch, batch.size()));
    accept(step.capacity(), step.firstRow(), batch, picked, 0);
  }

  private void score(Step.Score<ActiveRequest> step) {
    List<ActiveRequest> batch = step.batch();
    scoring = batch;
    makeRoom(step.capacity(), step.firstRow(), batch);
    double[][] scores =
        model.score(
            step.capacity(),
            step.firstRow(),
            prompts(batch),
            shared.length,
            batch.get(0).request().group().labels());
    scoring = List.of();
    for (int i = 0; i < scores.length; i++) {
      batch.get(i).request().listener().completed(Completion.labelled(scores[i]));
    }
  }

  private void decode(Step.Decode<ActiveRequest> step) {
    List<ActiveRequest> all = step.arenas().stream().flatMap(a -> a.rows().stream()).toList();
    int width = fixedShapes ? limits.slots() : all.size();
    DecodeInput feed = DecodeInput.of(all, width);
    SortedMap<Integer, Integer> rows = fixedShapes ? all(width) : rows(step.arenas());
    Picked picked = model.decode(rows, feed.ids(), feed.positions(), feed.picking());
    int from = 0;
    for (Arena<ActiveRequest> arena : step.arenas()) {
      accept(arena.capacity(), 0, arena.rows(), picked, from);
      from += arena.rows().size();
    }
  }

  private SortedMap<Integer, Integer> all(int width) {
    return new TreeMap<>(Map.of(maxTokens, width));
  }

  private static SortedMap<Integer, Integer> rows(List<Arena<ActiveRequest>> arenas) {
    SortedMap<Integer, Integer> rows = new TreeMap<>();
    arenas.forEach(arena -> rows.put(arena.capacity(), arena.rows().size()));
    return rows;
  }

  /** The first move is into the longer arena; until it is made, the row is there twice. */
  private void grow(List<Move> moves) {
    Move first = moves.get(0);
    SortedMap<Integer, Integer> live = rows(scheduler.live());
    live.merge(first.fromCapacity(), 1, Integer::sum);
    long kvTokens = limits.kvTokens() + first.fromCapacity();
    model.reserve(live, first.toCapacity(), first.toRow() + 1, kvTokens);
    moves.forEach(model::move);
  }

  private void makeRoom(int capacity, int firstRow, List<ActiveRequest> batch) {
    int rows = fixedShapes ? limits.slots() : firstRow + batch.size();
    model.reserve(rows(scheduler.live()), capacity, rows, limits.kvTokens());
    int[] prefix = batch.get(0).request().group().prefix();
    if (!Arrays.equals(prefix, shared)) {
      model.share(prefix);
      shared = prefix;
    }
    for (ActiveRequest row : batch) {
      promptTokens += row.promptTokens() - shared.length;
      sharedTokens += shared.length;
    }
  }

  /** From the last row down: a row that moves into a freed one has been dealt with already. */
  private void accept(
      int capacity, int firstRow, List<ActiveRequest> batch, Picked picked, int from) {
    newTokens += batch.size();
    for (int i = batch.size() - 1; i >= 0; i--) {
      ActiveRequest active = batch.get(i);
      int id = picked.ids()[from + i];
      try {
        FinishReason reason = active.accept(id, picked.scores(from + i), model.spec().endIds());
        if (reason != null) {
          free(capacity, firstRow + i);
          active.request().listener().completed(active.completion(reason));
        }
      } catch (RowException e) {
        free(capacity, firstRow + i);
        active.request().listener().failed(e);
      }
    }
  }

  private void free(int capacity, int row) {
    scheduler.finish(capacity, row).ifPresent(model::move);
  }

  private static List<int[]> prompts(List<ActiveRequest> batch) {
    return batch.stream().map(active -> active.request().ids()).toList();
  }

  /** Fails every pending request, because the engine can't go on. */
  public void fail(Throwable cause) {
    List<ActiveRequest> pending = new ArrayList<>(scoring);
    scoring = List.of();
    scheduler.drop(pending::add);
    for (Arena<ActiveRequest> arena : scheduler.live()) {
      pending.addAll(arena.rows());
      for (int row = arena.rows().size() - 1; row >= 0; row--) {
        scheduler.finish(arena.capacity(), row);
      }
    }
    pending.forEach(active -> active.request().listener().failed(cause));
  }

  @Override
  public void close() {
    model.close();
  }
}
