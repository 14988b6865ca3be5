package io.herd.udfs.engine;

import io.herd.udfs.RowException;
import io.herd.udfs.lookup.Budget;
import io.herd.udfs.model.CausalModel;
import io.herd.udfs.model.OutOfDeviceMemory;
import io.herd.udfs.schedule.Arena;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.schedule.Pass;
import io.herd.udfs.schedule.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The continuous batching loop over one model: {@link #step} chooses a forward pass, runs it,
 * samples the next tokens, and delivers finished requests.
 *
 * <p>With fixed shapes every pass has the same ones whatever the batch: prompts are computed alone
 * and decoding always works on all rows at full length. A row's bytes then depend on nothing but
 * the row, because libtorch's products are bitwise repeatable at a fixed number of rows.
 *
 * <p>Not thread-safe: one thread submits, steps and closes.
 */
public final class Engine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  /** Maximum number of tokens in a decode pass with proposals, unless there are more rows. */
  private static final int MOST_PASS_TOKENS = 128;

  private final CausalModel model;
  private Limits limits;
  private final boolean fixedShapes;
  private final int maxTokens;
  private final Scheduler<ActiveRequest> scheduler;
  private final Proposals proposals;
  private final Passes passes;
  private volatile EngineStats stats;
  private final List<String> incidents = new CopyOnWriteArrayList<>();

  /** Creates an engine without prompt lookup. */
  public Engine(CausalModel model, Limits limits, int maxTokens, boolean fixedShapes) {
    this(model, limits, maxTokens, fixedShapes, false);
  }

  /**
   * @param maxTokens tokens of the longest row, prompt and completion together
   * @param fixedShapes true to make results independent of batch mates to the last bit
   * @param lookup whether tokens are proposed that followed the same ones before
   */
  public Engine(
      CausalModel model, Limits limits, int maxTokens, boolean fixedShapes, boolean lookup) {
    this.model = model;
    this.fixedShapes = fixedShapes;
    this.maxTokens = (int) Math.min(maxTokens, limits.kvTokens());
    this.limits = fixedShapes ? fixed(limits, this.maxTokens) : limits;
    this.scheduler = new Scheduler<>(this.limits, model.inPlaceStep());
    this.proposals = lookup ? new Proposals(budget()) : new Proposals();
    this.passes = new Passes(model, scheduler, this.limits, this.maxTokens, fixedShapes, proposals);
    this.stats = counted();
  }

  /**
   * Returns limits with which every row has full length from the start, and every prompt is alone
   * in its pass.
   */
  private static Limits fixed(Limits limits, int maxTokens) {
    int slots = (int) Math.min(limits.slots(), limits.kvTokens() / maxTokens);
    return new Limits(slots, limits.kvTokens(), 1, limits.capacityStep(), maxTokens);
  }

  /** With fixed shapes, proposals use the slots of missing rows, and cost nothing. */
  private Budget budget() {
    return fixedShapes
        ? new Budget(Double.MAX_VALUE, limits.slots())
        : new Budget(model.passTokens(), Math.max(MOST_PASS_TOKENS, limits.slots()));
  }

  /** Returns the maximum number of tokens in a row, prompt and completion together. */
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

  /** Returns the number of requests that wait or have a row. */
  public int pending() {
    return scheduler.waiting() + scheduler.liveRows();
  }

  /** Returns the number of requests that wait for a row. */
  public int waiting() {
    return scheduler.waiting();
  }

  /** Runs the next pass or move; returns false when there was nothing to do. */
  public boolean step() {
    Pass<ActiveRequest> pass = scheduler.next();
    if (pass instanceof Pass.Idle) {
      return false;
    }
    try {
      passes.run(pass);
    } catch (OutOfDeviceMemory e) {
      retreat(pass, e);
    }
    stats = counted();
    return true;
  }

  /** Returns the statistics as of the last pass, on any thread. */
  public EngineStats stats() {
    return stats;
  }

  private EngineStats counted() {
    return new EngineStats(
        passes.promptTokens(),
        passes.sharedTokens(),
        passes.newTokens(),
        incidents.size(),
        scheduler.waiting(),
        scheduler.liveRows(),
        limits.slots(),
        scheduler.kvTokens(),
        limits.kvTokens());
  }

  /**
   * Restarts the rows in progress, half as many at once, and halves the memory for shared prefixes;
   * a row that was alone fails. What they had is computed again, because the cache may be half
   * written.
   */
  private void retreat(Pass<ActiveRequest> pass, OutOfDeviceMemory cause) {
    List<Request> begun = new ArrayList<>();
    scheduler.live().forEach(arena -> arena.rows().forEach(row -> begun.add(row.request())));
    if (pass instanceof Pass.Score<ActiveRequest> score) {
      score.batch().forEach(row -> begun.add(row.request()));
    }
    if (fixedShapes) { // fewer rows at once would give other bytes
      throw cause;
    }
    passes.forget();
    boolean sharing = pass instanceof Pass.Share;
    if (!sharing || !begun.isEmpty()) {
      limits = limits.withSlots(Math.max(1, begun.size() / 2));
    }
    boolean fewerProposals = proposals.keepWithin(limits.slots());
    if (begun.size() == 1 && !sharing && !fewerProposals) {
      Request alone = begun.remove(0);
      alone.listener().failed(new RowException("the device has no memory for this row alone"));
    }
    scheduler.restart(limits, begun.stream().map(ActiveRequest::new).toList());
    String incident = "out of memory: went on with " + limits.slots() + " rows at once";
    LOG.warn(incident, cause);
    incidents.add(incident);
  }

  /** Returns the problems so far that didn't end the engine, on any thread. */
  public List<String> incidents() {
    return List.copyOf(incidents);
  }

  /** Drops requests; their listeners get no further calls. */
  public void cancel(Predicate<Request> unwanted) {
    scheduler.drop(active -> unwanted.test(active.request()));
    for (Arena<ActiveRequest> arena : scheduler.live()) {
      for (int row = arena.rows().size() - 1; row >= 0; row--) {
        if (unwanted.test(arena.rows().get(row).request())) {
          passes.free(arena.capacity(), row);
        }
      }
    }
    stats = counted();
  }

  /** Fails every pending request, because the engine can't continue. */
  public void fail(Throwable cause) {
    List<ActiveRequest> pending = new ArrayList<>(passes.takeScoring());
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
