package io.herd.udfs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.reflect.TypeToken;
import io.herd.udfs.RealModel;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.ModelFolder;
import io.herd.udfs.model.ModelSpec;
import io.herd.udfs.model.Placement;
import io.herd.udfs.model.StageLocks;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.schedule.Start;
import io.herd.udfs.text.CompletionText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real model against what transformers made of it. */
@Tag("real")
class SmolLm2Test {
  private static final GenerateSettings NEXT_48 = GenerateSettings.trial(48);
  private static final int SLOTS = 64;
  private static final long MEGA = 1_000_000;

  private static Path folder;

  private record Greedy(int[] ids, int[] greedy) {}

  private record Choice(String label, int[] ids, double score) {}

  private record Choices(int[] ids, List<Choice> choices, String best) {}

  private record Bf16Case(int prompt, float[] logits) {}

  private record Bf16(double mean_abs_difference, int[] positions, List<Bf16Case> cases) {}

  @BeforeAll
  static void find() {
    folder = RealModel.folder();
  }

  private static LlamaModel load(Dtype dtype) {
    return LlamaModel.load(folder, dtype, TorchDevice.cpu());
  }

  private static List<Greedy> prompts() {
    List<Greedy> all = RealModel.reference("greedy.json", new TypeToken<List<Greedy>>() {});
    assertThat(all).hasSize(72);
    return all;
  }

  private static Engine engine(int slots) {
    return engine(load(Dtype.FLOAT32), slots);
  }

  private static Engine engine(LlamaModel model, int slots) {
    return new Engine(model, new Limits(slots, 64_000, 512), 1024, false);
  }

  private static void assertGreedy(Engine engine, List<Greedy> expected) {
    RequestGroup group =
        RequestGroup.generation(
            NEXT_48, new int[0], () -> new CompletionText(Arrays::toString, List.of()));
    List<Completion> completions =
        Requests.run(
            engine,
            Collections.nCopies(expected.size(), group),
            expected.stream().map(Greedy::ids).toList());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(completions.get(i).text().get())
          .as("prompt %s", i)
          .isEqualTo(Arrays.toString(expected.get(i).greedy()));
    }
  }

  @Test
  void greedy_allAtOnce_equalsTransformersInBoundedMemory() throws IOException {
    long before = residentBytes();
    List<Greedy> prompts = prompts();
    try (Engine engine = engine(SLOTS)) {
      assertGreedy(engine, prompts);
      long grown = residentBytes() - before;
      long needed = neededBytes(prompts);
      System.out.printf("resident memory grew by %d MB, of %d%n", grown / MEGA, needed / MEGA);
      assertThat(grown).isLessThan((long) (1.3 * needed) + 400 * MEGA);
    }
  }

  /** Weights and a cache of full slots at the longest prompt's capacity. */
  private static long neededBytes(List<Greedy> prompts) {
    ModelSpec spec = LlamaModel.check(ModelFolder.of(folder));
    long longest = prompts.stream().mapToInt(prompt -> prompt.ids().length).max().orElseThrow();
    long capacity = (longest + 48 + 31) / 32 * 32;
    return spec.weightBytes(Dtype.FLOAT32) + SLOTS * capacity * spec.kvBytesPerToken(Dtype.FLOAT32);
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new AssertionError("no VmRSS in /proc/self/status");
  }

  @Test
  void greedy_sevenSlots_equalsTransformers() {
    requireSevenSlots(false, RealModel.sample(prompts()));
  }

  @Test
  void greedy_lookup_equalsTransformers() {
    requireSevenSlots(true, RealModel.sample(prompts()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("deep")
  void greedy_sevenSlotsAllPrompts_equalsTransformers(boolean lookup) {
    requireSevenSlots(lookup, prompts());
  }

  private static void requireSevenSlots(boolean lookup, List<Greedy> prompts) {
    Limits limits = new Limits(7, 64_000, 512);
    try (Engine engine = new Engine(load(Dtype.FLOAT32), limits, 1024, false, lookup)) {
      assertGreedy(engine, prompts);
    }
  }

  @Test
  void greedy_lookupWithFixedShapes_equalsTransformers() {
    Limits limits = new Limits(8, 8 * 1024, 512);
    try (Engine engine = new Engine(load(Dtype.FLOAT32), limits, 1024, true, true)) {
      assertGreedy(engine, prompts().subList(0, 12));
    }
  }

  @Test
  void greedy_alone_equalsTransformers() {
    try (Engine engine = engine(SLOTS)) {
      for (int i = 0; i < 72; i += 12) {
        assertGreedy(engine, prompts().subList(i, i + 1));
      }
    }
  }

  @Test
  void greedy_withAnAdapter_equalsPeftMerged() {
    List<Greedy> prompts = RealModel.reference("adapter.json", new TypeToken<List<Greedy>>() {});
    assertThat(prompts).hasSize(8);
    ModelFolder adapted =
        new ModelFolder(folder, List.of(new ModelFolder.Adapter(RealModel.adapter(), 1)));
    ModelSpec spec = LlamaModel.check(adapted);
    Placement cpu = Placement.single(TorchDevice.cpu(), spec, Dtype.FLOAT32);
    LlamaModel model = LlamaModel.load(adapted, Dtype.FLOAT32, cpu, StageLocks.NONE);
    try (Engine engine = engine(model, SLOTS)) {
      assertGreedy(engine, prompts);
    }
  }

  @Test
  void score_choices_equalsTransformers() {
    List<Choices> cases = RealModel.reference("choices.json", new TypeToken<List<Choices>>() {});
    try (LlamaModel model = load(Dtype.FLOAT32)) {
      for (Choices expected : cases) {
        LabelTokens labels = new LabelTokens(expected.choices().stream().map(Choice::ids).toList());
        int tokens = expected.ids().length + labels.tailLength();
        model.reserve(new TreeMap<>(), tokens, 1, tokens);
        double[] scores = model.score(tokens, 0, List.of(expected.ids()), Start.NONE, labels)[0];
        for (int i = 0; i < scores.length; i++) {
          assertThat(scores[i]).isCloseTo(expected.choices().get(i).score(), within(1e-3));
        }
      }
    }
  }

  @Test
  void logits_bfloat16_areAsNearAsTransformersAre() {
    Bf16 reference = RealModel.reference("bf16.json", new TypeToken<Bf16>() {});
    double mean = distance(Dtype.BFLOAT16, reference, reference.cases());
    double theirs = reference.mean_abs_difference();
    System.out.printf("bfloat16 is off by %.4f, transformers' by %.4f%n", mean, theirs);
    assertThat(mean).isLessThan(1.2 * theirs);
  }

  /** Three more bits in products than bfloat16, and a residual stream in float32. */
  @Test
  void logits_float16_areNearerThanBfloat16() {
    Bf16 reference = RealModel.reference("bf16.json", new TypeToken<Bf16>() {});
    // a few, since processors emulate float16
    double mean = distance(Dtype.FLOAT16, reference, reference.cases().subList(0, 2));
    double theirs = reference.mean_abs_difference();
    System.out.printf("float16 is off by %.4f, transformers' bfloat16 by %.4f%n", mean, theirs);
    assertThat(mean).isLessThan(theirs / 4);
  }

  /** The mean distance of logits from those of transformers in float32. */
  private static double distance(Dtype dtype, Bf16 reference, List<Bf16Case> cases) {
    List<Greedy> prompts = prompts();
    double sum = 0;
    try (LlamaModel model = load(dtype)) {
      for (Bf16Case expected : cases) {
        float[] logits = model.logits(List.of(prompts.get(expected.prompt()).ids()))[0];
        double distance = 0;
        for (int i = 0; i < reference.positions().length; i++) {
          distance += Math.abs(logits[reference.positions()[i]] - expected.logits()[i]);
        }
        sum += distance / reference.positions().length;
      }
    }
    return sum / cases.size();
  }
}
