package io.herd.udfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.model.CausalModel;
import io.herd.udfs.model.ModelSpec;
import io.herd.udfs.model.Picking;
import io.herd.udfs.model.Rope;
import io.herd.udfs.sample.LabelTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

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

  private final long kvTokens;
  private int[] prefix = new int[0];
  private int[][] rows = new int[0][];
  private int capacity;

  FakeModel(long kvTokens) {
    this.kvTokens = kvTokens;
  }

  /** The rule that the model follows; the naive run of a test follows it too. */
  static int next(int[] tokens, boolean suppressEnd, double temperature, double uniform) {
    int drawn = temperature > 0 ? (int) (uniform * 1000) : 0;
    int id = Math.floorMod(Arrays.hashCode(tokens) * 31 + drawn, VOCABULARY);
    return suppressEnd && ENDS.contains(id) ? 7 : id;
  }

  static double labelScore(int[] prompt, LabelTokens labels, int label) {
    return -Math.floorMod(Arrays.hashCode(prompt) + 31 * labels.hashCode() + label, 1000) / 100.0;
  }

  @Override
  public ModelSpec spec() {
    return new ModelSpec(
        1, 1, 1, 2, 2, 2, VOCABULARY, 1e-5, new Rope(1, new Rope.None()), 4096, true, ENDS);
  }

  @Override
  public void share(int[] ids) {
    prefix = ids.clone();
    prefixes.add(Arrays.stream(ids).boxed().toList());
  }

  @Override
  public void reserve(int live, int needed, int neededCapacity, int mostRows) {
    assertThat(live).isLessThanOrEqualTo(Math.min(needed, rows.length));
    assertThat(needed).isLessThanOrEqualTo(mostRows);
    assertThat((long) mostRows * neededCapacity).isLessThanOrEqualTo(kvTokens);
    int[][] kept = new int[needed][];
    for (int i = 0; i < live; i++) {
      assertThat(rows[i].length).isLessThanOrEqualTo(neededCapacity);
      kept[i] = rows[i];
    }
    rows = kept;
    capacity = neededCapacity;
  }

  @Override
  public int[] prefill(int firstRow, List<int[]> prompts, int shared, Picking picking) {
    enter(firstRow, prompts, shared);
    assertThat(picking.temperatures()).hasSize(prompts.size());
    prefillRows.add(prompts.size());
    for (int i = 0; i < prompts.size(); i++) {
      rows[firstRow + i] = prompts.get(i).clone();
    }
    return pick(firstRow, prompts.size(), picking);
  }

  private void enter(int firstRow, List<int[]> prompts, int shared) {
    assertThat(firstRow + prompts.size()).isLessThanOrEqualTo(rows.length);
    assertThat(shared).isEqualTo(prefix.length);
    for (int[] prompt : prompts) {
      assertThat(prompt).hasSizeBetween(shared + 1, capacity);
      assertThat(Arrays.copyOf(prompt, shared)).isEqualTo(prefix);
    }
  }

  @Override
  public int[] decode(int[] ids, int[] positions, Picking picking) {
    assertThat(ids.length).isLessThanOrEqualTo(rows.length);
    decodeWidths.add(ids.length);
    for (int i = 0; i < ids.length; i++) {
      int[] row = rows[i] == null ? new int[0] : rows[i];
      assertThat(positions[i]).isBetween(0, Math.min(row.length, capacity - 1));
      rows[i] = Arrays.copyOf(row, positions[i] + 1);
      rows[i][positions[i]] = ids[i];
    }
    return pick(0, ids.length, picking);
  }

  private int[] pick(int firstRow, int count, Picking picking) {
    int[] out = new int[count];
    for (int i = 0; i < count; i++) {
      boolean suppress = picking.suppressEnd()[i];
      double temperature = picking.temperatures()[i];
      out[i] = next(rows[firstRow + i], suppress, temperature, picking.uniforms()[i]);
    }
    return out;
  }

  @Override
  public void move(int source, int target) {
    rows[target] = rows[source].clone();
  }

  @Override
  public double[][] score(int firstRow, List<int[]> prompts, int shared, LabelTokens labels) {
    enter(firstRow, prompts, shared);
    double[][] out = new double[prompts.size()][labels.count()];
    for (int i = 0; i < out.length; i++) {
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
