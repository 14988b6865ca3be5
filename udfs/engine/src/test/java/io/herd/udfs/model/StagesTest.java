package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.herd.udfs.TinyRandom;
import io.herd.udfs.TinyRandom.Case;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.schedule.Move;
import io.herd.udfs.schedule.Start;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A model in stages, and one with a GPU's attention and cache, compute what one on a single device
 * does. All devices are the processor here; the one kernel for CUDA has a twin of plain operators.
 */
class StagesTest {
  private static final int CAPACITY = 96;
  private static final int[] PREFIX = {7, 8, 9};

  /** So many stages on the processor, of one layer each but the last. */
  private static Placement stages(ModelSpec spec, int count, Kernels kernels) {
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int layers = i < count - 1 ? 1 : spec.layers() - i;
      stages.add(new Stage(TorchDevice.cpu(), i, layers, spec.layers(), kernels));
    }
    return new Placement(stages);
  }

  private static LlamaModel load(String variant, Dtype dtype, int stages, Kernels kernels) {
    ModelSpec spec = LlamaModel.spec(TinyRandom.folder(variant));
    ModelFolder folder = ModelFolder.of(TinyRandom.folder(variant));
    return LlamaModel.load(folder, dtype, stages(spec, stages, kernels), StageLocks.NONE, 16);
  }

  /** Everything that an engine asks of a model, in one list of numbers. */
  private static List<Double> everything(LlamaModel model, String variant) {
    List<int[]> prompts = TinyRandom.cases(variant).stream().map(Case::ids).limit(4).toList();
    List<Double> out = new ArrayList<>();
    for (float[] logits : model.logits(prompts)) {
      IntStream.range(0, logits.length).forEach(i -> out.add((double) logits[i]));
    }
    model.forget();
    generated(model, prompts, Start.NONE, out);
    List<int[]> alike = prompts.stream().map(StagesTest::behindPrefix).toList();
    model.share(1, PREFIX, Start.NONE);
    generated(model, alike, new Start(1, PREFIX.length), out);
    LabelTokens longer = new LabelTokens(List.of(new int[] {5, 6, 7}, new int[] {5}));
    LabelTokens single = new LabelTokens(List.of(new int[] {6}, new int[] {5}));
    for (LabelTokens labels : List.of(longer, single)) {
      for (double[] scores : model.score(CAPACITY, 4, alike, new Start(1, PREFIX.length), labels)) {
        Arrays.stream(scores).forEach(out::add);
      }
    }
    return out;
  }

  private static int[] behindPrefix(int[] ids) {
    return IntStream.concat(Arrays.stream(PREFIX), Arrays.stream(ids)).toArray();
  }

  /** In two arenas, with a row that moves between them after the first step. */
  private static void generated(
      LlamaModel model, List<int[]> prompts, Start start, List<Double> out) {
    int rows = prompts.size();
    model.reserve(new TreeMap<>(), CAPACITY, rows + 4, Long.MAX_VALUE);
    model.reserve(new TreeMap<>(Map.of(CAPACITY, rows)), 2 * CAPACITY, 1, Long.MAX_VALUE);
    int[] ids = model.prefill(CAPACITY, 0, prompts, start, SamplingBatch.greedy(rows)).ids();
    int[] at = prompts.stream().mapToInt(prompt -> prompt.length).toArray();
    TreeMap<Integer, Integer> live = new TreeMap<>(Map.of(CAPACITY, rows));
    for (int step = 0; step < 5; step++) {
      Arrays.stream(ids).forEach(id -> out.add((double) id));
      ids = model.decode(live, ids, at, SamplingBatch.greedy(rows)).ids();
      at = Arrays.stream(at).map(position -> position + 1).toArray();
      if (step == 0) { // the last row is the last one of the longer arena, too
        model.move(new Move(CAPACITY, rows - 1, 2 * CAPACITY, 0));
        live = new TreeMap<>(Map.of(CAPACITY, rows - 1, 2 * CAPACITY, 1));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama2-full-attention, FLOAT32, 2",
    "llama3-grouped, FLOAT32, 2",
    "llama32-tied, FLOAT32, 2",
    "llama32-tied, INT8, 2",
    "llama3-grouped, INT8, 2",
    "llama3-grouped, BFLOAT16, 2",
    "llama4-dense, FLOAT32, 5",
    "llama4-dense, BFLOAT16, 2",
    "llama4-vision-sharded, INT8, 3"
  })
  void stages_anyNumber_giveEveryBitOfTheWhole(String variant, Dtype dtype, int count) {
    try (LlamaModel whole = load(variant, dtype, 1, Kernels.PLAIN);
        LlamaModel split = load(variant, dtype, count, Kernels.PLAIN)) {
      assertThat(split.placement().stages()).hasSize(count);
      assertThat(everything(split, variant)).isEqualTo(everything(whole, variant));
    }
  }

  @ParameterizedTest
  @EnumSource(Dtype.class)
  void sharingWeights_anotherCache_givesWhatTheFirstGives(Dtype dtype) {
    String variant = TinyRandom.GROUPED;
    try (LlamaModel first = load(variant, dtype, 2, Kernels.PLAIN);
        LlamaModel other = first.sharingWeights()) {
      List<Double> expected = everything(first, variant);
      assertThat(everything(other, variant)).isEqualTo(expected);
      assertThat(everything(first, variant)).isEqualTo(expected);
    }
  }

  @Test
  void sharingWeights_firstIsClosed_goesOn() {
    LlamaModel first = load(TinyRandom.GROUPED, Dtype.FLOAT32, 1, Kernels.PLAIN);
    List<Double> expected = everything(first, TinyRandom.GROUPED);
    try (LlamaModel other = first.sharingWeights()) {
      first.close();
      assertThat(everything(other, TinyRandom.GROUPED)).isEqualTo(expected);
    }
  }

  /** Sums in another order: 1e-4 of log-probabilities and logits, and the same ids. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama2-full-attention",
        "llama3-grouped",
        "llama31-scaled",
        "llama32-tied",
        "vision-sharded"
      })
  void flash_rowsOfAnyLength_isTheSameAttention(String variant) {
    try (LlamaModel plain = load(variant, Dtype.FLOAT32, 1, Kernels.PLAIN);
        LlamaModel flash = load(variant, Dtype.FLOAT32, 2, Kernels.FLASH)) {
      List<Double> expected = everything(plain, variant);
      List<Double> actual = everything(flash, variant);
      assertThat(actual).hasSameSizeAs(expected);
      for (int i = 0; i < actual.size(); i++) {
        assertThat(actual.get(i)).as("number %d", i).isCloseTo(expected.get(i), within(1e-4));
      }
    }
  }
}
