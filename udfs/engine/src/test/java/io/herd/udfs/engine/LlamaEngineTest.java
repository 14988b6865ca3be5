package io.herd.udfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.TinyRandom;
import io.herd.udfs.TinyRandom.Case;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.CompletionText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine over the tiny random models. */
class LlamaEngineTest {
  private static final GenerateSettings EIGHT =
      new GenerateSettings(8, 0, true, List.of(), 5, Sampling.GREEDY, 1, 0);
  private static final GenerateSettings WARM =
      new GenerateSettings(8, 0, true, List.of(), 5, Sampling.at(1), 1, 0);

  private static Engine engine(String variant, Dtype dtype, int slots, boolean fixedShapes) {
    LlamaModel model = LlamaModel.load(TinyRandom.folder(variant), dtype, TorchDevice.cpu());
    return new Engine(model, new Limits(slots, 4096, 256), 128, fixedShapes);
  }

  private static RequestGroup generation(GenerateSettings settings) {
    return RequestGroup.generation(
        settings, new int[0], () -> new CompletionText(Arrays::toString, List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "llama2-full-attention, 3",
    "llama31-scaled, 1",
    "llama31-scaled, 3",
    "llama32-tied, 3",
    "smollm-default-rope, 1",
    "smollm-default-rope, 3",
    "vision-sharded, 1",
    "vision-sharded, 3",
    "llama4-dense, 1",
    "llama4-dense, 3",
    "llama4-vision-sharded, 3"
  })
  void step_anyOrder_givesTheIdsOfTransformers(String variant, int slots) {
    List<Case> cases = new ArrayList<>(TinyRandom.cases(variant));
    RequestGroup group = generation(EIGHT);
    try (Engine engine = engine(variant, Dtype.FLOAT32, slots, false)) {
      for (int seed = 0; seed < 3; seed++) {
        Collections.shuffle(cases, new Random(seed));
        List<RequestGroup> groups = Collections.nCopies(cases.size(), group);
        List<Completion> completions =
            Requests.run(engine, groups, cases.stream().map(Case::ids).toList());
        for (int i = 0; i < cases.size(); i++) {
          assertThat(completions.get(i).text().get())
              .isEqualTo(Arrays.toString(cases.get(i).greedy()));
        }
      }
    }
  }

  /** Every bit of what each row gives, as text: ids, or the labels' log-probabilities. */
  private static List<String> bits(List<Completion> completions) {
    return completions.stream().map(LlamaEngineTest::bits).toList();
  }

  private static String bits(Completion completion) {
    double[] labels = completion.labelLogProbabilities();
    return labels == null
        ? completion.text().get()
        : Arrays.stream(labels).mapToObj(Double::toHexString).toList().toString();
  }

  @ParameterizedTest
  @EnumSource(Dtype.class)
  void step_fixedShapes_isBitIdenticalAloneAndInAnyCompany(Dtype dtype) {
    List<RequestGroup> groups = new ArrayList<>();
    List<int[]> prompts = new ArrayList<>();
    LabelTokens labels = new LabelTokens(List.of(new int[] {4, 5, 6}, new int[] {9}));
    List<RequestGroup> kinds =
        List.of(
            generation(EIGHT), generation(WARM), RequestGroup.labelling(EIGHT, new int[0], labels));
    Random random = new Random(7);
    for (int n = 0; n < 30; n++) {
      groups.add(kinds.get(n % 3));
      prompts.add(random.ints(1 + random.nextInt(100), 0, 96).toArray());
    }
    try (Engine engine = engine(TinyRandom.GROUPED, dtype, 8, true)) {
      List<String> alone = new ArrayList<>();
      for (int i = 0; i < prompts.size(); i++) {
        alone.addAll(
            bits(Requests.run(engine, groups.subList(i, i + 1), prompts.subList(i, i + 1))));
      }
      for (int seed = 0; seed < 3; seed++) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, 30).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        List<RequestGroup> shuffledGroups = order.stream().map(groups::get).toList();
        List<int[]> shuffled = order.stream().map(prompts::get).toList();
        assertThat(bits(Requests.run(engine, shuffledGroups, shuffled)))
            .isEqualTo(order.stream().map(alone::get).toList());
      }
    }
  }
}
