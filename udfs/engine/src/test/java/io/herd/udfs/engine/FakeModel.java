package io.herd.udfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.model.CausalModel;
import io.herd.udfs.model.ModelSpec;
import io.herd.udfs.model.OutOfDeviceMemory;
import io.herd.udfs.model.Rope;
import io.herd.udfs.model.SampledTokens;
import io.herd.udfs.model.SamplingBatch;
import io.herd.udfs.model.SamplingParams;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.schedule.Move;
import io.herd.udfs.schedule.Start;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model whose next token is a function of its row's tokens. It keeps rows as the real one does,
 * forgets what it may forget, and checks that the engine keeps to the contract.
 */
final class FakeModel implements CausalModel {
  static final int VOCABULARY = 40;
  static final Set<Integer> ENDS = Set.of(2, 3);

  final List<Integer> decodeWidths = new ArrayList<>();
  final List<Integer> prefillRows = new ArrayList<>();
  final List<List<Integer>> prefixes = new ArrayList<>();
  boolean closed;

  /** A pass over more rows runs out of memory, and so does one with a longer prompt. */
  int mostRows = Integer.MAX_VALUE;

  int longestPrompt = Integer.MAX_VALUE;

  int longestPrefix = Integer.MAX_VALUE;

  private final long kvTokens;
  private final int inPlaceStep;
  private final TreeMap<Integer, int[]> prefixesByNumber = new TreeMap<>();
  private final TreeMap<Integer, Row[]> arenas = new TreeMap<>();

  /** A row's own tokens, behind those that it reads where a prefix lies. */
  private record Row(Start start, int[] own) {
    private static final Row EMPTY = new Row(Start.NONE, new int[0]);
  }

  FakeModel(long kvTokens) {
    this(kvTokens, 0);
  }

  FakeModel(long kvTokens, int inPlaceStep) {
    this.kvTokens = kvTokens;
    this.inPlaceStep = inPlaceStep;
  }

  @Override
  public int inPlaceStep() {
    return inPlaceStep;
  }

  private int[] tokens(Row row) {
    int before = row.start().inPlace();
    int[] prefix = before == 0 ? new int[0] : prefixesByNumber.get(row.start().prefix());
    int[] all = Arrays.copyOf(prefix, before + row.own().length);
    System.arraycopy(row.own(), 0, all, before, row.own().length);
    return all;
  }

  /**
   * The rule that the model follows; the naive run of a test follows it too. Some tokens depend on
   * all before them, the others on two, so that texts repeat themselves for a while.
   */
  static int next(int[] tokens, boolean suppressEnd, double temperature, double uniform) {
    int drawn = temperature > 0 ? (int) (uniform * 1000) : 0;
    boolean repeats = tokens.length > 2 && tokens[tokens.length - 1] % 4 > 0;
    int[] seen = repeats ? Arrays.copyOfRange(tokens, tokens.length - 2, tokens.length) : tokens;
    int id = Math.floorMod(Arrays.hashCode(seen) * 31 + drawn, VOCABULARY);
    return suppressEnd && ENDS.contains(id) ? 7 : id;
  }

  static double labelScore(int[] prompt, LabelTokens labels, int label) {
    return -Math.floorMod(Arrays.hashCode(prompt) + 31 * labels.hashCode() + label, 1000) / 100.0;
  }

  @Override
  public ModelSpec spec() {
    return new ModelSpec(
        1,
        1,
        1,
        2,
        2,
        2,
        VOCABULARY,
        1e-5,
        new Rope(1, new Rope.None()),
        4096,
        true,
        ENDS,
        0,
        null);
  }

  @Override
  public void share(int number, int[] ids, Start base) {
    assertThat(base.tokens()).isLessThan(ids.length);
    checkStart(ids, base);
    assertThat(prefixesByNumber.put(number, ids.clone())).isNull();
    prefixes.add(Arrays.stream(ids).boxed().toList());
    if (ids.length > longestPrefix) {
      throw outOfMemory();
    }
    assertThat(held()).isLessThanOrEqualTo(kvTokens);
  }

  @Override
  public void drop(List<Integer> numbers) {
    numbers.forEach(number -> assertThat(prefixesByNumber.remove(number)).isNotNull());
  }

  private void checkStart(int[] ids, Start start) {
    if (start.tokens() > 0) {
      int[] prefix = prefixesByNumber.get(start.prefix());
      assertThat(Arrays.mismatch(ids, 0, start.tokens(), prefix, 0, start.tokens())).isNegative();
    }
  }

  /** Tokens of all arenas and prefixes. */
  private long held() {
    long held = prefixesByNumber.values().stream().mapToLong(ids -> ids.length).sum();
    for (Map.Entry<Integer, Row[]> arena : arenas.entrySet()) {
      held += (long) arena.getKey() * arena.getValue().length;
    }
    return held;
  }

  @Override
  public void reserve(SortedMap<Integer, Integer> live, int capacity, int needed, long budget) {
    assertThat(budget).isBetween(0L, kvTokens + capacity);
    arenas.putIfAbsent(capacity, new Row[0]);
    for (Map.Entry<Integer, Row[]> arena : arenas.entrySet()) {
      int kept = Math.min(live.getOrDefault(arena.getKey(), 0), arena.getValue().length);
      Row[] rows = Arrays.copyOf(arena.getValue(), kept);
      arena.setValue(
          arena.getKey() == capacity ? Arrays.copyOf(rows, Math.max(kept, needed)) : rows);
    }
    assertThat(held()).isLessThanOrEqualTo(kvTokens + capacity);
  }

  private void demand(int rows, List<int[]> prompts) {
    if (rows > mostRows || prompts.stream().anyMatch(ids -> ids.length > longestPrompt)) {
      throw outOfMemory();
    }
  }

  private static OutOfDeviceMemory outOfMemory() {
    return new OutOfDeviceMemory(new IllegalStateException("CUDA out of memory. Tried a lot"));
  }

  @Override
  public SampledTokens prefill(
      int capacity, int firstRow, List<int[]> prompts, Start start, SamplingBatch sampling) {
    Row[] rows = enter(capacity, firstRow, prompts, start);
    assertThat(sampling.rows()).hasSize(prompts.size());
    demand(prompts.size(), prompts);
    prefillRows.add(prompts.size());
    for (int i = 0; i < prompts.size(); i++) {
      int[] prompt = prompts.get(i);
      rows[firstRow + i] =
          new Row(start, Arrays.copyOfRange(prompt, start.inPlace(), prompt.length));
    }
    return sample(prompts, sampling);
  }

  private Row[] enter(int capacity, int firstRow, List<int[]> prompts, Start start) {
    Row[] rows = arenas.get(capacity);
    assertThat(firstRow + prompts.size()).isLessThanOrEqualTo(rows.length);
    for (int[] prompt : prompts) {
      assertThat(prompt).hasSizeBetween(start.tokens() + 1, start.inPlace() + capacity);
      checkStart(prompt, start);
    }
    return rows;
  }

  @Override
  public SampledTokens decode(
      SortedMap<Integer, Integer> live,
      int[] lengths,
      int[] ids,
      int[] positions,
      SamplingBatch sampling) {
    demand(ids.length, List.of());
    decodeWidths.add(ids.length);
    List<int[]> all = new ArrayList<>();
    int nth = 0;
    for (Map.Entry<Integer, Integer> arena : live.entrySet()) {
      Row[] rows = arenas.get(arena.getKey());
      for (int i = 0; i < arena.getValue(); i++, nth++) {
        for (int end = all.size() + lengths[nth]; all.size() < end; ) {
          int n = all.size();
          Row row = rows[i] == null ? Row.EMPTY : rows[i];
          int at = positions[n] - row.start().inPlace();
          assertThat(at).isBetween(0, Math.min(row.own().length, arena.getKey() - 1));
          rows[i] = new Row(row.start(), Arrays.copyOf(row.own(), at + 1));
          rows[i].own()[at] = ids[n];
          all.add(tokens(rows[i]));
        }
      }
    }
    assertThat(lengths).hasSize(nth);
    assertThat(all).hasSameSizeAs(ids).hasSameSizeAs(sampling.rows());
    return sample(all, sampling);
  }

  private static SampledTokens sample(List<int[]> rows, SamplingBatch sampling) {
    int[] out = new int[rows.size()];
    for (int i = 0; i < out.length; i++) {
      SamplingParams params = sampling.rows().get(i);
      double temperature = params.sampling().temperature();
      out[i] = next(rows.get(i), params.suppressEnd(), temperature, params.uniform());
    }
    return SampledTokens.of(out);
  }

  @Override
  public void forget() {
    arenas.clear();
    prefixesByNumber.clear();
  }

  @Override
  public void move(Move move) {
    Row row = arenas.get(move.fromCapacity())[move.fromRow()];
    int length = Math.min(row.own().length, move.toCapacity());
    arenas.get(move.toCapacity())[move.toRow()] =
        new Row(row.start(), Arrays.copyOf(row.own(), length));
  }

  @Override
  public double[][] score(
      int capacity, int firstRow, List<int[]> prompts, Start start, LabelTokens labels) {
    Row[] rows = enter(capacity, firstRow, prompts, start);
    demand(prompts.size(), prompts);
    double[][] out = new double[prompts.size()][labels.count()];
    for (int i = 0; i < out.length; i++) {
      assertThat(prompts.get(i).length + labels.tailLength())
          .isLessThanOrEqualTo(start.inPlace() + capacity);
      rows[firstRow + i] = null; // the pass leaves junk there
      for (int label = 0; label < labels.count(); label++) {
        out[i][label] = labelScore(prompts.get(i), labels, label);
      }
    }
    return out;
  }

  @Override
  public void close() {
    closed = true;
  }
}
