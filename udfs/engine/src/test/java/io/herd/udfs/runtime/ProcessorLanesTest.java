package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.TinyRandom;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.sample.TokenScores;
import io.herd.udfs.text.CompletionText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lanes of a tiny random model on processors. */
@Timeout(120)
class ProcessorLanesTest {
  private static final int ROWS = 90;
  private final Engines engines = new Engines();
  private final Tokenizers tokenizers = new Tokenizers();

  @AfterEach
  void unload() throws InterruptedException {
    engines.close();
    tokenizers.close();
  }

  private LocalLease lease(Dtype dtype, int lanes, boolean deterministic)
      throws InterruptedException {
    TinyFiles model = new TinyFiles(TinyRandom.folder(TinyRandom.GROUPED));
    EngineSettings settings =
        new EngineSettings(
            model.manifest(),
            dtype,
            DeviceChoice.CPU,
            64,
            64,
            128,
            lanes,
            lanes,
            null,
            deterministic,
            true);
    Engines.Key key = new Engines.Key(settings, List.of(TorchDevice.cpu()));
    return engines.lease(
        key, EngineLoader.of(settings, key.devices(), model, tokenizers), lost -> {});
  }

  /** Every bit of what each row gives, as text. */
  private static List<String> bits(LocalLease lease) throws InterruptedException {
    GenerateSettings settings =
        new GenerateSettings(8, 0, true, List.of(), 5, Sampling.GREEDY, 1, 1);
    RequestGroup texts =
        RequestGroup.generation(
            settings, new int[0], () -> new CompletionText(Arrays::toString, List.of()));
    RequestGroup labels =
        RequestGroup.labelling(
            settings, new int[0], new LabelTokens(List.of(new int[] {4, 5}, new int[] {9})));
    Random random = new Random(7);
    List<Outcomes> outcomes = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      int[] ids = random.ints(1 + random.nextInt(100), 0, 96).toArray();
      outcomes.add(new Outcomes());
      lease.submit(new Request(ids, row, row % 3 == 0 ? labels : texts, outcomes.get(row)));
    }
    List<String> bits = new ArrayList<>();
    for (Outcomes outcome : outcomes) {
      bits.add(bits(outcome.completion()));
    }
    return bits;
  }

  private static String bits(Completion completion) {
    double[] numbers =
        completion.text() == null
            ? completion.labelLogProbabilities()
            : completion.scores().stream().mapToDouble(TokenScores::logProbability).toArray();
    String text = completion.text() == null ? "" : completion.text().get();
    return text + Arrays.stream(numbers).mapToObj(Double::toHexString).toList();
  }

  @ParameterizedTest
  @EnumSource(Dtype.class)
  void lease_deterministic_givesTheBytesOfOneLane(Dtype dtype) throws InterruptedException {
    List<String> whole;
    try (LocalLease one = lease(dtype, 1, true)) {
      assertThat(one.smokeTest()).startsWith("cpu, 1 thread: The capital of France is");
      assertThat(one.slots()).isEqualTo(32);
      whole = bits(one);
    }
    try (LocalLease two = lease(dtype, 2, true)) {
      assertThat(two.smokeTest()).startsWith("cpu, 2 lanes of 1 thread: The capital of France is");
      assertThat(two.slots()).isEqualTo(64);
      for (int round = 0; round < 3; round++) {
        assertThat(bits(two)).isEqualTo(whole);
      }
    }
  }

  @Test
  void lease_severalLanes_allWorkAndOnlyTheFirstTriesTheModelOut() throws InterruptedException {
    try (LocalLease two = lease(Dtype.FLOAT32, 2, false)) {
      assertThat(two.slots()).as("64 in all").isEqualTo(64);
      assertThat(two.stats().get(0).newTokens()).as("the smoke test's").isEqualTo(4);
      assertThat(two.stats().get(1).newTokens()).isZero();
      assertThat(bits(two)).hasSize(ROWS);
      assertThat(two.stats()).allSatisfy(lane -> assertThat(lane.promptTokens()).isGreaterThan(99));
      assertThat(two.stats().get(0).kvLimit()).isEqualTo(two.stats().get(1).kvLimit());
    }
  }
}
