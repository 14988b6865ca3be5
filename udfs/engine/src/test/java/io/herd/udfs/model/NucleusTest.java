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

  private static Picking picking(double topP, double temperature) {
    List<TokenChoice> rows = new ArrayList<>();
    for (int i = 0; i < DRAWS; i++) {
      Sampling sampling = new Sampling(temperature, 0, topP, 0, 1, 0, 0);
      rows.add(new TokenChoice(sampling, (i + 0.5) / DRAWS, false, null, 0));
    }
    return new Picking(rows);
  }

  /** Ids drawn after one prompt, as many times as there are rows, as on processors. */
  private static long[] drawn(Picking picking, int candidates) {
    return drawn(picking, candidates, true);
  }

  private static long[] drawn(Picking picking, int candidates, boolean wide) {
    Stage whole = Placement.single(TorchDevice.cpu(), SPEC, Dtype.FLOAT32).stages().get(0);
    try (LlamaScript script = LlamaScript.load(SPEC, whole)) {
      WeightLoader.load(script, SPEC, FOLDER, Dtype.FLOAT32, whole);
      float[] inverse = SPEC.rope().inverseFrequencies(SPEC.headDim());
      script.buildRope(new TorchModule.Floats(inverse, inverse.length), 64);
      script.resizeArena(32, 0, 1, 1);
      TorchModule.Ints ids = new TorchModule.Ints(new long[] {3, 9, 27}, 1, 3);
      try (TorchModule.Value hidden = script.prefill(ids, 32, 0, 0)) {
        script.computeLogits(hidden, new TorchModule.Ints(new long[DRAWS], DRAWS), DRAWS);
      }
      Picks picks = Picks.of(picking, new long[0], new long[0], SPEC.vocabulary());
      return script.sample(picks.tensor(), picks.sizes(), true, wide, candidates, 0).longs();
    }
  }

  @Test
  void pick_candidatesSuffice_drawsAsOfAll() {
    Picking sharp = picking(0.5, 0.05);
    assertThat(drawn(sharp, 30)).isEqualTo(drawn(sharp, SPEC.vocabulary())).doesNotContain(-1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.9, 0.999999999})
  void pick_candidatesAreTooFew_isMarkedAndOfAllOfThemNever(double topP) {
    Picking flat = picking(topP, 50);
    assertThat(drawn(flat, 4)).containsOnly(-1);
    assertThat(drawn(flat, SPEC.vocabulary())).doesNotContain(-1);
  }

  /** None of these draws is so close to where one token's share ends that rounding decides. */
  @ParameterizedTest
  @CsvSource({"1, 0, 0", "0.9, 0, 0", "1, 7, 0", "0.7, 7, 0", "1, 0, 0.2", "0.8, 9, 0.1"})
  void pick_float32AsOnGpus_drawsTheSameIds(double topP, int topK, double minP) {
    List<TokenChoice> rows = new ArrayList<>();
    for (int i = 0; i < DRAWS; i++) {
      Sampling sampling = new Sampling(0.8, topK, topP, minP, 1, 0, 0);
      rows.add(new TokenChoice(sampling, (i + 0.5) / DRAWS, false, null, 0));
    }
    Picking picking = new Picking(rows);
    int candidates = picking.candidates(SPEC.vocabulary());
    assertThat(drawn(picking, candidates, false)).isEqualTo(drawn(picking, candidates, true));
  }

  /** What has no probability is not drawn, however far at an end the draw is. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void pick_uniformAtAnEnd_staysInTheNucleus(boolean wide) {
    Sampling sampling = new Sampling(1, 3, 1, 0, 1, 0, 0);
    List<TokenChoice> rows = new ArrayList<>();
    for (int i = 0; i < DRAWS; i++) {
      double[] uniforms = {0, 0.3, 0.6, Math.nextDown(1.0)};
      rows.add(new TokenChoice(sampling, uniforms[i % 4], false, null, 0));
    }
    long[] ids = drawn(new Picking(rows), 3, wide);
    assertThat(Arrays.stream(ids).distinct().count()).isLessThanOrEqualTo(3);
    assertThat(Arrays.stream(ids).max().orElseThrow()).isEqualTo(ids[3]);
    assertThat(Arrays.stream(ids).min().orElseThrow()).isEqualTo(ids[0]);
  }

  @Test
  void pick_greedyRowAmongThem_isNotMarked() {
    List<TokenChoice> rows = new ArrayList<>(picking(0.9, 50).rows());
    rows.set(7, TokenChoice.GREEDY);
    long[] ids = drawn(new Picking(rows), 4);
    assertThat(ids[7]).isNotNegative();
    assertThat(ids[8]).isEqualTo(-1);
  }
}
