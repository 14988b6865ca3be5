package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import com.google.gson.reflect.TypeToken;
import io.herd.udfs.TinyRandom;
import io.herd.udfs.sample.CounterRandom;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.sample.TokenCounts;
import io.herd.udfs.sample.TokenScores;
import io.herd.udfs.schedule.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Draws follow the probabilities that transformers' processors leave, or that theory gives. */
class SamplingTest {
  private static final int BATCH = 200;
  private static LlamaModel model;

  /** One of {@code sampling/expected.json}. */
  private static final class Expected {
    private int[] ids;
    private double temperature;

    @SerializedName("top_k")
    private int topK;

    @SerializedName("top_p")
    private double topP = 1;

    @SerializedName("min_p")
    private double minP;

    @SerializedName("repetition_penalty")
    private double repetitionPenalty = 1;

    private double[] probabilities;

    private Sampling sampling() {
      return new Sampling(temperature, topK, topP, minP, repetitionPenalty, 0, 0);
    }
  }

  @BeforeAll
  static void load() {
    model =
        LlamaModel.load(
            TinyRandom.folder(TinyRandom.GROUPED), Dtype.FLOAT32, TorchDevice.cpu(), 512);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static List<Expected> expected() throws IOException {
    String json = Files.readString(Path.of("../test-resources/sampling/expected.json"));
    return new Gson().fromJson(json, new TypeToken<List<Expected>>() {}.getType());
  }

  private static SampledTokens sample(List<int[]> prompts, List<SamplingParams> params) {
    int capacity = prompts.stream().mapToInt(ids -> ids.length).max().orElseThrow();
    model.reserve(new TreeMap<>(), capacity, prompts.size(), Long.MAX_VALUE);
    return model.prefill(capacity, 0, prompts, Start.NONE, new SamplingBatch(params));
  }

  /** How often each token is sampled, as shares. */
  private static double[] shares(
      int[] ids, Sampling sampling, TokenCounts counts, int draws, IntToDoubleFunction uniform) {
    double[] out = new double[model.spec().vocabulary()];
    for (int from = 0; from < draws; from += BATCH) {
      List<SamplingParams> params =
          IntStream.range(from, from + BATCH)
              .mapToObj(
                  i -> new SamplingParams(sampling, uniform.applyAsDouble(i), false, counts, 0))
              .toList();
      for (int id : sample(Collections.nCopies(BATCH, ids), params).ids()) {
        out[id] += 1.0 / draws;
      }
    }
    return out;
  }

  @Test
  void sample_evenUniforms_giveTransformersProbabilities() throws IOException {
    int draws = 1000;
    assertThat(expected()).hasSize(24);
    for (Expected each : expected()) {
      TokenCounts counts = each.repetitionPenalty == 1 ? null : new TokenCounts(each.ids);
      double[] shares = shares(each.ids, each.sampling(), counts, draws, i -> (i + 0.5) / draws);
      // An even grid of n points hits an interval of length p between np - 1 and np + 1 times.
      assertThat(shares).containsExactly(each.probabilities, within(1.0 / draws + 1e-4));
    }
  }

  /** Pearson's chi-square: sums of 60 degrees of freedom pass 120 once in 200,000 times. */
  @Test
  void sample_countedDraws_followThePlainDistribution() throws IOException {
    int draws = 6000;
    Expected plain = expected().get(0);
    double[] shares =
        shares(plain.ids, plain.sampling(), null, draws, i -> CounterRandom.uniform(7, i, 3));
    double chiSquare = 0;
    int cells = 0;
    for (int id = 0; id < shares.length; id++) {
      double wanted = draws * plain.probabilities[id];
      if (wanted > 5) {
        chiSquare += Math.pow(draws * shares[id] - wanted, 2) / wanted;
        cells++;
      }
    }
    assertThat(cells).isBetween(20, 61);
    assertThat(chiSquare).isLessThan(120);
  }

  @Test
  void sample_presenceAndFrequency_areSubtractedFromWhatWasGenerated() throws IOException {
    int[] ids = expected().get(0).ids;
    float[] logits = model.logits(List.of(ids))[0];
    int best = sample(List.of(ids), List.of(SamplingParams.GREEDY)).ids()[0];
    double[] moved = new double[logits.length];
    TokenCounts counts = new TokenCounts(ids);
    counts.add(best);
    counts.add(best);
    for (int id = 0; id < moved.length; id++) {
      moved[id] = logits[id] - (id == best ? 0.5 + 2 * 0.25 : 0);
    }
    double[] expected = softmax(moved);
    Sampling sampling = new Sampling(1, 0, 1, 0, 1, 0.5, 0.25);
    double[] shares = shares(ids, sampling, counts, 1000, i -> (i + 0.5) / 1000);
    assertThat(shares).containsExactly(expected, within(1e-3 + 1e-4));
  }

  @Test
  void sample_mixedBatch_eachRowHasItsOwn() throws IOException {
    List<int[]> prompts = new ArrayList<>();
    List<SamplingParams> params = new ArrayList<>();
    List<Integer> alone = new ArrayList<>();
    for (Expected each : expected()) {
      TokenCounts counts = each.repetitionPenalty == 1 ? null : new TokenCounts(each.ids);
      SamplingParams one = new SamplingParams(each.sampling(), 0.6, false, counts, 0);
      prompts.add(each.ids);
      params.add(one);
      alone.add(sample(List.of(each.ids), List.of(one)).ids()[0]);
    }
    params.add(SamplingParams.GREEDY);
    prompts.add(prompts.get(0));
    alone.add(sample(List.of(prompts.get(0)), List.of(SamplingParams.GREEDY)).ids()[0]);
    assertThat(sample(prompts, params).ids())
        .containsExactly(alone.stream().mapToInt(Integer::intValue).toArray());
  }

  @Test
  void sample_logprobs_areTheModelsBeforePenalties() throws IOException {
    int[] ids = expected().get(0).ids;
    Sampling sampling = new Sampling(0, 0, 1, 0, 5, 0, 0);
    SamplingParams one = new SamplingParams(sampling, 0, false, new TokenCounts(ids), 4);
    SampledTokens sampled = sample(List.of(ids), List.of(one));
    TokenScores scores = sampled.scores(0);
    float[] logits = model.logits(List.of(ids))[0];
    double[] all = new double[logits.length];
    for (int id = 0; id < all.length; id++) {
      all[id] = logits[id];
    }
    double[] probabilities = softmax(all);
    assertThat(scores.id()).isEqualTo(sampled.ids()[0]);
    assertThat(Math.exp(scores.logProbability()))
        .isCloseTo(probabilities[scores.id()], within(1e-6));
    assertThat(scores.ids()).hasSize(4).doesNotHaveDuplicates();
    int[] best =
        IntStream.range(0, all.length)
            .boxed()
            .sorted((a, b) -> Double.compare(all[b], all[a]))
            .limit(4)
            .mapToInt(Integer::intValue)
            .toArray();
    assertThat(scores.ids()).containsExactly(best);
    for (int i = 0; i < 4; i++) {
      assertThat(Math.exp(scores.logProbabilities()[i]))
          .isCloseTo(probabilities[best[i]], within(1e-6));
    }
  }

  private static double[] softmax(double[] logits) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    double[] out = new double[logits.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.exp(logits[i]) / sum;
    }
    return out;
  }
}
