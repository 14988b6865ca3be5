package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.TinyRandom;
import io.herd.udfs.TinyRandom.Case;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.schedule.Move;
import io.herd.udfs.schedule.Start;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Herd's own kernels, of every instruction set that this processor has, against plain operators.
 */
class FusedKernelsTest {
  private static final int CAPACITY = 160;
  private static final int CHUNK = 48; // prompts of 70 and 100 tokens come in pieces
  private static final int[] PREFIX = {7, 8, 9};

  /** Each model whose heads are wide enough, with each instruction set. */
  static Stream<Arguments> kernels() {
    return FusedKernels.INSTRUCTIONS.stream()
        .filter(FusedKernels::use)
        .flatMap(
            name ->
                Stream.of("heads-of-64", "heads-of-128")
                    .map(variant -> Arguments.of(name, variant)));
  }

  @AfterEach
  void useTheBest() {
    FusedKernels.use(null);
  }

  static LlamaModel load(String variant, Dtype dtype, Kernels kernels) {
    ModelSpec spec = LlamaModel.spec(TinyRandom.folder(variant));
    Stage whole = new Stage(TorchDevice.cpu(), 0, spec.layers(), spec.layers(), kernels);
    Placement placement = new Placement(List.of(whole));
    ModelFolder folder = ModelFolder.of(TinyRandom.folder(variant));
    return LlamaModel.load(folder, dtype, placement, StageLocks.NONE, CHUNK);
  }

  /** Logits of prompts together, then of a decode step, then scores of labels behind a prefix. */
  static List<Double> everything(LlamaModel model, String variant) {
    List<int[]> prompts = TinyRandom.cases(variant).stream().map(Case::ids).toList();
    List<Double> out = new ArrayList<>();
    for (float[] logits : model.logits(prompts)) {
      IntStream.range(0, logits.length).forEach(i -> out.add((double) logits[i]));
    }
    model.forget();
    decoded(model, prompts, out);
    List<int[]> behind =
        prompts.stream()
            .map(ids -> IntStream.concat(IntStream.of(PREFIX), IntStream.of(ids)).toArray())
            .toList();
    model.share(1, PREFIX, Start.NONE);
    model.reserve(new TreeMap<>(), CAPACITY, behind.size(), Long.MAX_VALUE);
    for (List<int[]> labels : List.of(List.of(new int[] {5, 6, 7}, new int[] {9}), one())) {
      for (double[] scores :
          model.score(CAPACITY, 0, behind, new Start(1, PREFIX.length), new LabelTokens(labels))) {
        IntStream.range(0, scores.length).forEach(i -> out.add(scores[i]));
      }
    }
    return out;
  }

  private static List<int[]> one() {
    return List.of(new int[] {6}, new int[] {5});
  }

  /** Log-probabilities of two decode steps over rows of all lengths. */
  private static void decoded(LlamaModel model, List<int[]> prompts, List<Double> out) {
    int rows = prompts.size();
    model.reserve(new TreeMap<>(), CAPACITY, rows, Long.MAX_VALUE);
    SamplingBatch greedy = SamplingBatch.greedy(rows);
    model.prefill(CAPACITY, 0, prompts, Start.NONE, greedy);
    for (int step = 0; step < 2; step++) {
      int[] at = new int[rows];
      int[] ids = new int[rows];
      for (int i = 0; i < rows; i++) {
        at[i] = prompts.get(i).length + step;
        ids[i] = 11 + i + step; // whatever was likeliest: a tie must not part two models
      }
      model.decode(new TreeMap<>(Map.of(CAPACITY, rows)), ids, at, greedy);
      float[] logits = model.lastLogits();
      IntStream.range(0, logits.length).forEach(i -> out.add((double) logits[i]));
    }
  }

  private static double error(List<Double> actual, List<Double> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    return IntStream.range(0, actual.size())
        .mapToDouble(i -> Math.abs(actual.get(i) - expected.get(i)))
        .average()
        .orElseThrow();
  }

  private static List<Double> of(String variant, Dtype dtype, Kernels kernels) {
    try (LlamaModel model = load(variant, dtype, kernels)) {
      return everything(model, variant);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void float32_equalsPlainOperators(String instructions, String variant) {
    List<Double> expected = of(variant, Dtype.FLOAT32, Kernels.PLAIN);
    FusedKernels.use(instructions);
    List<Double> actual = of(variant, Dtype.FLOAT32, Kernels.FUSED);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(Math.abs(actual.get(i) - expected.get(i))).isLessThan(1e-4);
    }
  }

  /** bfloat16 rounds; the kernels must not stray further from float32 than plain operators do. */
  @ParameterizedTest
  @MethodSource("kernels")
  void bfloat16_isAsNearToFloat32AsPlainOperators(String instructions, String variant) {
    assertAsNear(
        instructions,
        variant,
        Dtype.BFLOAT16,
        FusedKernels.attends(instructions) ? Kernels.FUSED_ATTENTION : Kernels.FUSED);
  }

  /**
   * Activations of 8 or 16 bits, perhaps with bfloat16 around; plain operators have 7 and float32.
   */
  @ParameterizedTest
  @MethodSource("kernels")
  void int8_isAsNearToFloat32AsPlainOperators(String instructions, String variant) {
    assertAsNear(instructions, variant, Dtype.INT8, Kernels.FUSED_INT16);
    if (FusedKernels.vnni()) {
      assertAsNear(instructions, variant, Dtype.INT8, Kernels.FUSED_INT8);
    }
    if (FusedKernels.attends(instructions)) {
      assertAsNear(instructions, variant, Dtype.INT8, Kernels.FUSED_ATTENTION_INT8);
    }
  }

  private static void assertAsNear(
      String instructions, String variant, Dtype dtype, Kernels kernels) {
    List<Double> exact = of(variant, Dtype.FLOAT32, Kernels.PLAIN);
    double plain = error(of(variant, dtype, Kernels.PLAIN), exact);
    FusedKernels.use(instructions);
    double fused = error(of(variant, dtype, kernels), exact);
    assertThat(plain).isPositive();
    assertThat(fused).isLessThan(1.1 * plain);
  }

  /**
   * Rows that read a long prefix where it lies: texts of two prefixes, one of which moves into a
   * longer arena, and labels of one token and of several.
   */
  private static List<Double> behindPrefixes(LlamaModel model, int inPlace) {
    List<Double> out = new ArrayList<>();
    int[] one = ids(300, 1);
    int[] two = ids(140, 2);
    model.share(1, one, Start.NONE);
    model.share(2, two, Start.NONE);
    int capacity = 384;
    model.reserve(new TreeMap<>(), capacity, 4, Long.MAX_VALUE);
    model.reserve(new TreeMap<>(Map.of(capacity, 4)), 2 * capacity, 1, Long.MAX_VALUE);
    Start first = new Start(1, 290, inPlace * 256);
    Start second = new Start(2, 139, inPlace * 128);
    SamplingBatch greedy = SamplingBatch.greedy(2);
    model.prefill(capacity, 0, List.of(behind(one, 290, 60), behind(one, 290, 9)), first, greedy);
    model.prefill(capacity, 2, List.of(behind(two, 139, 9), behind(two, 139, 5)), second, greedy);
    add(model, out);
    model.move(new Move(capacity, 3, 2 * capacity, 0));
    TreeMap<Integer, Integer> rows = new TreeMap<>(Map.of(capacity, 3, 2 * capacity, 1));
    int[] lengths = {1, 1, 2, 1}; // too few to make one product
    int[] at = {350, 299, 148, 149, 144};
    model.decode(rows, lengths, ids(5, 3), at, SamplingBatch.greedy(5));
    add(model, out);
    for (List<int[]> labels : List.of(List.of(new int[] {5, 6, 7}, new int[] {9}), one())) {
      List<int[]> prompts = List.of(behind(one, 290, 20), behind(one, 290, 7));
      for (double[] scores : model.score(capacity, 0, prompts, first, new LabelTokens(labels))) {
        IntStream.range(0, scores.length).forEach(i -> out.add(scores[i]));
      }
    }
    return out;
  }

  private static void add(LlamaModel model, List<Double> out) {
    float[] logits = model.lastLogits();
    IntStream.range(0, logits.length).forEach(i -> out.add((double) logits[i]));
  }

  private static int[] ids(int count, int seed) {
    return new Random(seed).ints(count, 0, 96).toArray();
  }

  private static int[] behind(int[] prefix, int tokens, int own) {
    return IntStream.concat(Arrays.stream(prefix).limit(tokens), Arrays.stream(ids(own, own)))
        .toArray();
  }

  /** Sums have the order that they have over copies, so not a bit changes. */
  @ParameterizedTest
  @MethodSource("kernels")
  void prefixesInPlace_everyType_giveTheBitsOfCopies(String instructions, String variant) {
    FusedKernels.use(instructions);
    for (Dtype dtype : List.of(Dtype.FLOAT32, Dtype.BFLOAT16, Dtype.INT8)) {
      try (LlamaModel model = load(variant, dtype, kernels(instructions, dtype))) {
        List<Double> copied = behindPrefixes(model, 0);
        model.forget();
        assertThat(behindPrefixes(model, 1)).isEqualTo(copied);
      }
    }
  }

  private static Kernels kernels(String instructions, Dtype dtype) {
    boolean attends = FusedKernels.attends(instructions);
    return switch (dtype) {
      case INT8 -> attends ? Kernels.FUSED_ATTENTION_INT8 : Kernels.FUSED_INT16;
      case BFLOAT16 -> attends ? Kernels.FUSED_ATTENTION : Kernels.FUSED;
      default -> Kernels.FUSED;
    };
  }

  /** Logits of a decode step of rows that read the same prefix. */
  private static List<Double> together(LlamaModel model, int inPlace) {
    int rows = 12;
    int capacity = 384;
    int[] prefix = ids(300, 1);
    model.share(1, prefix, Start.NONE);
    model.reserve(new TreeMap<>(), capacity, rows, Long.MAX_VALUE);
    List<int[]> prompts =
        IntStream.range(0, rows).mapToObj(i -> behind(prefix, 290, 5 + i)).toList();
    SamplingBatch greedy = SamplingBatch.greedy(rows);
    model.prefill(capacity, 0, prompts, new Start(1, 290, inPlace), greedy);
    int[] at = prompts.stream().mapToInt(ids -> ids.length).toArray();
    model.decode(new TreeMap<>(Map.of(capacity, rows)), ids(rows, 3), at, greedy);
    List<Double> out = new ArrayList<>();
    add(model, out);
    return out;
  }

  /** In bfloat16 a prefix and the queries of many rows are one product, which rounds elsewhere. */
  @ParameterizedTest
  @MethodSource("kernels")
  void prefixesInPlace_manyRows_areAsNearToFloat32AsCopies(String instructions, String variant) {
    FusedKernels.use(instructions);
    List<Double> exact;
    try (LlamaModel model = load(variant, Dtype.FLOAT32, Kernels.FUSED)) {
      exact = together(model, 0);
      model.forget();
      assertThat(together(model, 256)).isEqualTo(exact);
    }
    for (Dtype dtype : List.of(Dtype.BFLOAT16, Dtype.INT8)) {
      try (LlamaModel model = load(variant, dtype, kernels(instructions, dtype))) {
        double copied = error(together(model, 0), exact);
        model.forget();
        assertThat(error(together(model, 256), exact)).isPositive().isLessThan(1.1 * copied);
      }
    }
  }

  /** The kernels know no float16, which is for GPUs; a model of it still computes on processors. */
  @Test
  void of_float16_isPlainOperators() {
    ModelSpec spec = LlamaModel.spec(TinyRandom.folder("heads-of-64"));
    assertThat(FusedKernels.of(spec, Dtype.FLOAT16)).isEqualTo(Kernels.PLAIN);
    assertThat(FusedKernels.of(spec, Dtype.FLOAT32)).isEqualTo(Kernels.FUSED);
  }
}
