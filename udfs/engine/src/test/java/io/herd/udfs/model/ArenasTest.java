package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.TinyRandom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arenas of the KV cache: how many tensors they are in, and that this changes nothing else. */
class ArenasTest {
  private static final Path FOLDER = TinyRandom.folder(TinyRandom.GROUPED);
  private static final ModelSpec SPEC = LlamaModel.spec(FOLDER);

  private static final class Resizes implements ArenaSizes.Holder {
    private final List<List<Integer>> all = new ArrayList<>();

    @Override
    public void resize(int capacity, int kept, int rows, int tensors) {
      all.add(List.of(capacity, kept, rows, tensors));
    }
  }

  private static TorchModule.Ints row(long... ids) {
    return new TorchModule.Ints(ids, 1, ids.length);
  }

  /** Logits of rows that were kept while their arena grew, moved, and got a prefix. */
  private static float[] logits(Kernels kernels, int before, int after) {
    Stage whole = new Stage(TorchDevice.cpu(), 0, SPEC.layers(), SPEC.layers(), kernels);
    try (LlamaScript script = LlamaScript.load(SPEC, whole)) {
      WeightLoader.load(script, SPEC, ModelFolder.of(FOLDER), Dtype.FLOAT32, whole);
      float[] inverse = SPEC.rope().inverseFrequencies(SPEC.headDim());
      script.buildRope(new TorchModule.Floats(inverse, inverse.length), 64);
      script.resizeArena(32, 0, 2, before);
      script.prefill(row(3, 9, 27, 81), 32, 0, 0, 0, 0).close();
      script.prefill(row(2, 4, 8, 16, 32), 32, 1, 0, 0, 0).close();
      script.allocatePrefix(-1, 3);
      script.prefill(row(7, 49, 5), -1, 0, 0, 0, 0).close();
      script.resizeArena(32, 2, 4, after);
      script.copyRows(-1, 0, 32, 2, 2, 3, 0);
      script.resizeArena(64, 0, 2, before);
      script.copyRow(32, 1, 64, 1);
      script.copyRow(32, 0, 64, 0);
      script.copyRow(32, 3, 32, 0);
      TorchModule.Ints none = new TorchModule.Ints(new long[0], 0);
      TorchModule.Ints at =
          new TorchModule.Ints(new long[] {1, 2, 3, 4, 5, 3, 5, 3, 4, 5, 0, 1, 2, 0, 1}, 3, 5);
      try (TorchModule.Value hidden =
          script.decode(
              none, new long[] {32, 64}, new long[] {3, 2}, new long[] {3, 2}, at, new long[0])) {
        script.computeLogits(hidden, none, 0);
      }
      return script.floatLogits().floats();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 1", "1, 4", "4, 1", "4, 2", "2, 4", "3, 9"})
  void resize_anyNumberOfTensors_keepsEveryBitOfRows(int before, int after) {
    assertThat(logits(Kernels.PLAIN, before, after)).isEqualTo(logits(Kernels.PLAIN, 1, 1));
    assertThat(logits(Kernels.FLASH, before, after)).isEqualTo(logits(Kernels.FLASH, 1, 1));
  }

  @Test
  void reserve_partOfTheCache_isInOneTensorForEach32nd() {
    Resizes resizes = new Resizes();
    ArenaSizes sizes = new ArenaSizes(resizes);
    sizes.reserve(new TreeMap<>(), 32, 10, 10_240);
    sizes.reserve(new TreeMap<>(), 32, 11, 10_240);
    sizes.reserve(new TreeMap<>(), 64, 100, 10_240);
    assertThat(resizes.all)
        .containsExactly(List.of(32, 0, 10, 1), List.of(32, 0, 20, 2), List.of(64, 0, 100, 20));
  }

  /** Of 3,200 tokens, of which the rows of 32 take a fifth and those of 64 two fifths. */
  private static ArenaSizes full(Resizes resizes) {
    ArenaSizes sizes = new ArenaSizes(resizes);
    sizes.reserve(new TreeMap<>(), 32, 20, 3200);
    sizes.reserve(new TreeMap<>(), 64, 20, 3200);
    resizes.all.clear();
    return sizes;
  }

  @Test
  void reserve_fullCache_cutsTheOthersOnceAndLeavesRoomToGrow() {
    Resizes resizes = new Resizes();
    ArenaSizes sizes = full(resizes);
    TreeMap<Integer, Integer> live = new TreeMap<>(Map.of(32, 10, 64, 20));
    sizes.reserve(live, 64, 31, 3200);
    sizes.reserve(live, 64, 38, 3200);
    sizes.reserve(live, 64, 42, 3200);
    assertThat(resizes.all)
        .containsExactly(List.of(64, 20, 40, 26), List.of(32, 10, 10, 4), List.of(64, 20, 43, 28));
  }

  @Test
  void reserve_lessThanIsThere_cutsAllToTheirRows() {
    Resizes resizes = new Resizes();
    ArenaSizes sizes = full(resizes);
    TreeMap<Integer, Integer> live = new TreeMap<>(Map.of(32, 10, 64, 20));
    sizes.reserve(live, 64, 20, 1700);
    assertThat(resizes.all).containsExactly(List.of(32, 10, 10, 7));
  }

  @Test
  void reserve_cacheWithoutLimit_isInOneTensor() {
    Resizes resizes = new Resizes();
    new ArenaSizes(resizes).reserve(new TreeMap<>(), 512, 1 << 30, Long.MAX_VALUE);
    assertThat(resizes.all).containsExactly(List.of(512, 0, 1 << 30, 1));
  }
}
