package io.herd.udfs.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.sample.Sampling;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResultKeyTest {
  private static final int[] IDS = {1, 2, 3};
  private static final ModelManifest MODEL = model("weights of A");

  private static ModelManifest model(String sha) {
    return new ModelManifest(
        "a", "local", List.of(new ModelManifest.Entry("model.safetensors", 1, sha, null)));
  }

  private static GenerateSettings generate(double temperature, long seed) {
    return new GenerateSettings(
        16, 0, false, List.of(), seed, Sampling.at(temperature), 1, 0, List.of());
  }

  private static GenerateSettings sampled(Sampling sampling, int samples, int logprobs) {
    return new GenerateSettings(16, 0, false, List.of(), 0, sampling, samples, logprobs, List.of());
  }

  private static GenerateSettings choices(String... choices) {
    return new GenerateSettings(
        16, 0, false, List.of(), 0, Sampling.GREEDY, 1, 0, List.of(choices));
  }

  private static String key(GenerateSettings settings) {
    return ResultKey.of(MODEL, Dtype.FLOAT32, false, settings).of(IDS, "row");
  }

  @Test
  void of_eachSetting_changesTheKey() {
    Set<String> keys = new HashSet<>();
    List<GenerateSettings> different =
        List.of(
            generate(0, 0),
            new GenerateSettings(17, 0, false, List.of(), 0, Sampling.GREEDY, 1, 0, List.of()),
            new GenerateSettings(16, 1, false, List.of(), 0, Sampling.GREEDY, 1, 0, List.of()),
            GenerateSettings.trial(16),
            new GenerateSettings(16, 0, false, List.of("a"), 0, Sampling.GREEDY, 1, 0, List.of()),
            new GenerateSettings(
                16, 0, false, List.of("a", "b"), 0, Sampling.GREEDY, 1, 0, List.of()),
            new GenerateSettings(16, 0, false, List.of("ab"), 0, Sampling.GREEDY, 1, 0, List.of()),
            generate(0.5, 0),
            generate(0.25, 0),
            generate(0.5, 1),
            sampled(new Sampling(0.5, 5, 1, 0, 1, 0, 0), 1, 0),
            sampled(new Sampling(0.5, 0, 0.9, 0, 1, 0, 0), 1, 0),
            sampled(new Sampling(0.5, 0, 1, 0.1, 1, 0, 0), 1, 0),
            sampled(new Sampling(0.5, 0, 1, 0, 1.1, 0, 0), 1, 0),
            sampled(new Sampling(0.5, 0, 1, 0, 1, 0.1, 0), 1, 0),
            sampled(new Sampling(0.5, 0, 1, 0, 1, 0, 0.1), 1, 0),
            sampled(Sampling.at(0.5), 2, 0),
            sampled(Sampling.at(0.5), 1, 2),
            choices("a", "b"),
            choices("ab"),
            choices(" a", "b"),
            choices("b", "a"));
    different.forEach(settings -> keys.add(key(settings)));
    GenerateSettings plain = generate(0, 0);
    keys.add(ResultKey.of(MODEL, Dtype.BFLOAT16, false, plain).of(IDS, "row"));
    keys.add(ResultKey.of(MODEL, Dtype.FLOAT32, true, plain).of(IDS, "row"));
    keys.add(ResultKey.of(model("weights of B"), Dtype.FLOAT32, false, plain).of(IDS, "row"));
    keys.add(ResultKey.of(MODEL, Dtype.FLOAT32, false, plain).of(new int[] {1, 2}, "row"));
    assertThat(keys).hasSize(different.size() + 4).allMatch(key -> key.matches("[0-9a-f]{64}"));
  }

  @Test
  void of_greedy_seedAndRowDoNotMatter() {
    ResultKey one = ResultKey.of(MODEL, Dtype.FLOAT32, false, generate(0, 1));
    ResultKey two = ResultKey.of(MODEL, Dtype.FLOAT32, false, generate(0, 2));
    assertThat(one.drawn()).isFalse();
    assertThat(one.of(IDS, "row 1")).isEqualTo(two.of(IDS, "row 2"));
  }

  @Test
  void of_drawn_rowsOfEqualPromptsDiffer() {
    ResultKey keys = ResultKey.of(MODEL, Dtype.FLOAT32, false, generate(0.5, 1));
    assertThat(keys.drawn()).isTrue();
    assertThat(keys.of(IDS, "row 1")).isNotEqualTo(keys.of(IDS, "row 2"));
    assertThat(keys.of(IDS, "row 1")).isEqualTo(keys.of(IDS.clone(), "row 1"));
  }

  @Test
  void of_choices_whatOnlyGenerationUsesDoesNotMatter() {
    GenerateSettings other =
        new GenerateSettings(
            99, 5, true, List.of("x"), 7, Sampling.at(0.9), 1, 0, List.of("a", "b"));
    assertThat(key(other)).isEqualTo(key(choices("a", "b")));
  }

  @Test
  void drawKey_isTheKeysFirstHalfWord() {
    assertThat(ResultKey.drawKey("ffffffffffffffff00", 0)).isEqualTo(-1);
    assertThat(ResultKey.drawKey("00000000000000ff77", 0)).isEqualTo(255);
    assertThat(IntStream.range(0, 100).mapToLong(i -> ResultKey.drawKey("00000000000000ff", i)))
        .doesNotHaveDuplicates();
  }
}
