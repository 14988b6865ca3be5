package io.herd.udfs.engine;

import io.herd.udfs.RowException;
import io.herd.udfs.model.CausalModel;
import io.herd.udfs.model.SampledTokens;
import io.herd.udfs.schedule.Arena;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.schedule.Move;
import io.herd.udfs.schedule.Pass;
import io.herd.udfs.schedule.Scheduler;
import io.herd.udfs.schedule.Start;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The forward passes of an {@link Engine}: computes what the scheduler chose, samples the next
 * tokens, and delivers finished requests.
 */
final class Passes {
  private final CausalModel model;
  private final Scheduler<ActiveRequest> scheduler;
  private final Limits limits;
  private final int maxTokens;
  private final boolean fixedShapes;
  private final Proposals proposals;
  private List<ActiveRequest> scoring = List.of(); // they wait no more and have no row
  private int sharing; // tokens of prefixes that were computed since the last prompts
  private long promptTokens;
  private long sharedTokens;
  private long newTokens;

  /**
   * Creates the passes of one engine.
   *
   * @param limits of the scheduler; its slots count with fixed shapes only, where they stay
   */
  Passes(
      CausalModel model,
      Scheduler<ActiveRequest> scheduler,
      Limits limits,
      int maxTokens,
      boolean fixedShapes,
      Proposals proposals) {
    this.model = model;
    this.scheduler = scheduler;
    this.limits = limits;
    this.maxTokens = maxTokens;
    this.fixedShapes = fixedShapes;
    this.proposals = proposals;
  }

  /** Returns the number of prompt tokens computed so far. */
  long promptTokens() {
    return promptTokens;
  }

  /**
   * Returns the number of prompt tokens that weren't computed, because they belong to a shared
   * prefix.
   */
  long sharedTokens() {
    return sharedTokens;
  }

  /** Returns the number of tokens sampled so far. */
  long newTokens() {
    return newTokens;
  }

  /** Removes and returns the requests whose labels a pass has begun to score without finishing. */
  List<ActiveRequest> takeScoring() {
    List<ActiveRequest> taken = scoring;
    scoring = List.of();
    return taken;
  }

  /** Empties the cache, which a failed pass may have left partly written. */
  void forget() {
    model.forget();
    scoring = List.of();
  }

  /** Runs a pass, or grows a row. */
  void run(Pass<ActiveRequest> pass) {
    List<Integer> dropped = scheduler.takeDropped();
    if (!dropped.isEmpty()) {
      model.drop(dropped);
    }
    if (pass instanceof Pass.Share<ActiveRequest> share) {
      share(share);
    } else if (pass instanceof Pass.Prefill<ActiveRequest> prefill) {
      prefill(prefill);
    } else if (pass instanceof Pass.Score<ActiveRequest> score) {
      score(score);
    } else if (pass instanceof Pass.Grow<ActiveRequest> grow) {
      grow(grow.moves());
    } else if (pass instanceof Pass.Decode<ActiveRequest> decode) {
      decode(decode);
    }
  }

  private void share(Pass.Share<ActiveRequest> pass) {
    int rows = scheduler.liveRows(pass.capacity());
    model.reserve(rows(scheduler.live()), pass.capacity(), rows, forRows());
    model.share(pass.number(), pass.ids(), pass.base());
    int computed = pass.ids().length - pass.base().tokens();
    promptTokens += computed;
    sharing += computed;
  }

  /** Returns the tokens of the cache that are available to rows, beside kept prefixes. */
  private long forRows() {
    return limits.kvTokens() - scheduler.prefixTokens();
  }

  private void prefill(Pass.Prefill<ActiveRequest> pass) {
    List<ActiveRequest> batch = pass.batch();
    makeRoom(pass.capacity(), pass.firstRow(), pass.start(), batch);
    batch.forEach(row -> row.request().listener().begun());
    SampledTokens sampled =
        model.prefill(
            pass.capacity(),
            pass.firstRow(),
            prompts(batch),
            pass.start(),
            DecodeInput.sampling(batch));
    batch.forEach(row -> row.request().listener().computed(row.promptTokens(), 0));
    for (int i = batch.size() - 1; i >= 0; i--) {
      accept(pass.capacity(), pass.firstRow() + i, batch.get(i), sampled, i, Proposals.NOTHING);
    }
  }

  private void score(Pass.Score<ActiveRequest> pass) {
    List<ActiveRequest> batch = pass.batch();
    scoring = batch;
    makeRoom(pass.capacity(), pass.firstRow(), pass.start(), batch);
    double[][] scores =
        model.score(
            pass.capacity(),
            pass.firstRow(),
            prompts(batch),
            pass.start(),
            batch.get(0).request().group().labels());
    scoring = List.of();
    for (int i = 0; i < scores.length; i++) {
      batch.get(i).request().listener().computed(batch.get(i).promptTokens(), 0);
      batch.get(i).request().listener().completed(Completion.labelled(scores[i]));
    }
  }

  private void decode(Pass.Decode<ActiveRequest> pass) {
    List<ActiveRequest> all = pass.arenas().stream().flatMap(a -> a.rows().stream()).toList();
    int[][] proposed = proposals.of(pass.arenas(), scheduler::ownTokens);
    int tokens = all.size() + Arrays.stream(proposed).mapToInt(ids -> ids.length).sum();
    DecodeInput input = DecodeInput.of(all, proposed, fixedShapes ? limits.slots() : tokens);
    SortedMap<Integer, Integer> rows =
        fixedShapes
            ? new TreeMap<>(Map.of(maxTokens, input.lengths().length))
            : rows(pass.arenas());
    SampledTokens sampled =
        model.decode(rows, input.lengths(), input.ids(), input.positions(), input.sampling());
    int row = all.size();
    for (int a = pass.arenas().size() - 1; a >= 0; a--) {
      Arena<ActiveRequest> arena = pass.arenas().get(a);
      for (int i = arena.rows().size() - 1; i >= 0; i--) {
        tokens -= 1 + proposed[--row].length;
        accept(arena.capacity(), i, arena.rows().get(i), sampled, tokens, proposed[row]);
      }
    }
  }

  private static SortedMap<Integer, Integer> rows(List<Arena<ActiveRequest>> arenas) {
    SortedMap<Integer, Integer> rows = new TreeMap<>();
    arenas.forEach(arena -> rows.put(arena.capacity(), arena.rows().size()));
    return rows;
  }

  /** The first move copies into the longer arena; until it is made, the row exists twice. */
  private void grow(List<Move> moves) {
    Move first = moves.get(0);
    SortedMap<Integer, Integer> live = rows(scheduler.live());
    live.merge(first.fromCapacity(), 1, Integer::sum);
    long kvTokens = forRows() + first.fromCapacity();
    model.reserve(live, first.toCapacity(), first.toRow() + 1, kvTokens);
    moves.forEach(model::move);
  }

  private void makeRoom(int capacity, int firstRow, Start start, List<ActiveRequest> batch) {
    int rows = fixedShapes ? limits.slots() : firstRow + batch.size();
    model.reserve(rows(scheduler.live()), capacity, rows, forRows());
    for (ActiveRequest row : batch) {
      promptTokens += row.promptTokens() - start.tokens();
      sharedTokens += start.tokens();
      row.request().listener().copied(start.tokens() - sharing);
      sharing = 0;
    }
  }

  /**
   * Gives a row its next tokens: the one after its last token and, as long as proposals match, the
   * ones after them. Rows are given theirs from the last one down, as one that moves into a freed
   * row has been dealt with already.
   *
   * @param from the place of the row's first token among the sampled ones
   */
  private void accept(
      int capacity, int row, ActiveRequest active, SampledTokens sampled, int from, int[] ids) {
    try {
      FinishReason reason = null;
      boolean more = true;
      for (int i = 0; reason == null && more; i++) {
        int id = sampled.ids()[from + i];
        newTokens++;
        active.request().listener().computed(0, 1);
        reason = active.accept(id, sampled.scores(from + i), model.spec().endIds());
        more = i < ids.length && ids[i] == id;
      }
      if (reason != null) {
        free(capacity, row);
        active.request().listener().completed(active.completion(reason));
      }
    } catch (RowException e) {
      free(capacity, row);
      active.request().listener().failed(e);
    }
  }

  /** Frees a row, whose place another row may take. */
  void free(int capacity, int row) {
    scheduler.finish(capacity, row).ifPresent(model::move);
  }

  private static List<int[]> prompts(List<ActiveRequest> batch) {
    return batch.stream().map(active -> active.request().ids()).toList();
  }
}
