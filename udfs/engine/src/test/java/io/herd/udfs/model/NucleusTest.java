package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.TinyRandom;
import io.herd.udfs.sample.Sampling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Top-p among few candidates: a row that they don't suffice for is marked, not drawn wrongly. */
class NucleusTest {
  private static final Path FOLDER = TinyRandom.folder(TinyRandom.GROUPED);
  private static final ModelSpec SPEC = LlamaModel.spec(FOLDER);
  private static final int DRAWS = 40;

  private static SamplingBatch sampling(double topP, double temperature) {
    List<SamplingParams> rows = new ArrayList<>();
    for (int i = 0; i < DRAWS; i++) {
      Sampling sampling = new Sampling(temperature, 0, topP, 0, 1, 0, 0);
      rows.add(new SamplingParams(sampling, (i + 0.5) / DRAWS, false, null, 0));
    }
    return new SamplingBatch(rows);
  }

  /** Ids drawn after one prompt, as many times as there are rows, as on processors. */
  private static long[] drawn(SamplingBatch sampling, int candidates) {
    return drawn(sampling, candidates, true);
  }

  private static long[] drawn(SamplingBatch sampling, int candidates, boolean wide) {
    Stage whole = Placement.single(TorchDevice.cpu(), SPEC, Dtype.FLOAT32).stages().get(0);
    try (LlamaScript script = LlamaScript.load(SPEC, whole)) {
      WeightLoader.load(script, SPEC, ModelFolder.of(FOLDER), Dtype.FLOAT32, whole);
      float[] inverse = SPEC.rope().inverseFrequencies(SPEC.headDim());
      script.buildRope(new TorchModule.Floats(inverse, inverse.length), 64);
      script.resizeArena(32, 0, 1, 1);
      TorchModule.Ints ids = new TorchModule.Ints(new long[] {3, 9, 27}, 1, 3);
      try (TorchModule.Value hidden = script.prefill(ids, 32, 0, 0, 0, 0)) {
        script.computeLogits(hidden, new TorchModule.Ints(new long[DRAWS], DRAWS), DRAWS);
      }
      PassInputs inputs = PassInputs.of(sampling, new long[0], new long[0], SPEC.vocabulary());
      return script.sample(inputs.tensor(), inputs.sizes(), true, wide, candidates, 0).longs();
    }
  }

  @Test
  void sample_candidatesSuffice_drawsAsOfAll() {
    SamplingBatch sharp = sampling(0.5, 0.05);
    assertThat(drawn(sharp, 30)).isEqualTo(drawn(sharp, SPEC.vocabulary())).doesNotContain(-1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.9, 0.999999999})
  void sample_candidatesAreTooFew_isMarkedAndOfAllOfThemNever(double topP) {
    SamplingBatch flat = sampling(topP, 50);
    assertThat(drawn(flat, 4)).containsOnly(-1);
    assertThat(drawn(flat, SPEC.vocabulary())).doesNotContain(-1);
  }

  /** None of these draws is so close to where one token's share ends that rounding decides. */
  @ParameterizedTest
  @CsvSource({"1, 0, 0", "0.9, 0, 0", "1, 7, 0", "0.7, 7, 0", "1, 0, 0.2", "0.8, 9, 0.1"})
  void sample_float32AsOnGpus_drawsTheSameIds(double topP, int topK, double minP) {
    List<SamplingParams> rows = new ArrayList<>();
    for (int i = 0; i < DRAWS; i++) {
      Sampling sampling = new Sampling(0.8, topK, topP, minP, 1, 0, 0);
      rows.add(new SamplingParams(sampling, (i + 0.5) / DRAWS, false, null, 0));
    }
    SamplingBatch sampling = new SamplingBatch(rows);
    int candidates = sampling.candidates(SPEC.vocabulary());
    assertThat(drawn(sampling, candidates, false)).isEqualTo(drawn(sampling, candidates, true));
  }

  /** What has no probability is not drawn, however far at an end the draw is. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sample_uniformAtAnEnd_staysInTheNucleus(boolean wide) {
    Sampling sampling = new Sampling(1, 3, 1, 0, 1, 0, 0);
    List<SamplingParams> rows = new ArrayList<>();
    for (int i = 0; i < DRAWS; i++) {
      double[] uniforms = {0, 0.3, 0.6, Math.nextDown(1.0)};
      rows.add(new SamplingParams(sampling, uniforms[i % 4], false, null, 0));
    }
    long[] ids = drawn(new SamplingBatch(rows), 3, wide);
    assertThat(Arrays.stream(ids).distinct().count()).isLessThanOrEqualTo(3);
    assertThat(Arrays.stream(ids).max().orElseThrow()).isEqualTo(ids[3]);
    assertThat(Arrays.stream(ids).min().orElseThrow()).isEqualTo(ids[0]);
  }

  @Test
  void sample_greedyRowAmongThem_isNotMarked() {
    List<SamplingParams> rows = new ArrayList<>(sampling(0.9, 50).rows());
    rows.set(7, SamplingParams.GREEDY);
    long[] ids = drawn(new SamplingBatch(rows), 4);
    assertThat(ids[7]).isNotNegative();
    assertThat(ids[8]).isEqualTo(-1);
  }
}
