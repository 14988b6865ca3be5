package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.MemoryBudget;
import io.herd.udfs.model.ModelSpec;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import io.herd.udfs.schedule.Limits;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineLimitsTest {
  private static final TorchDevice CPU = TorchDevice.cpu();
  private static final TorchDevice GPU = TorchDevice.gpu(0);

  private static EngineSettings settings(
      Dtype dtype, int slots, int memoryMib, boolean deterministic) {
    ModelManifest none = new ModelManifest("none", "local", List.of());
    return new EngineSettings(
        none, dtype, DeviceChoice.AUTO, slots, memoryMib, 0, 1, 0, null, deterministic, true);
  }

  private static EngineSettings settings(int slots, boolean deterministic) {
    return settings(Dtype.FLOAT32, slots, 0, deterministic);
  }

  private static final ModelSpec ONE_BILLION = Shapes.ONE_BILLION;

  private static ModelSpec shape(String name) {
    return switch (name) {
      case "1B" -> ONE_BILLION;
      case "8B" -> Shapes.llama(32, 32, 8, 128, 4096, 14_336, 128_256, false);
      default -> Shapes.llama(80, 64, 8, 128, 8192, 28_672, 128_256, false);
    };
  }

  private static MemoryBudget budget(TorchDevice device, Dtype dtype) {
    return new MemoryBudget(device, ONE_BILLION, dtype);
  }

  private static Limits limits(
      EngineSettings settings, MemoryBudget budget, int stages, int maxTokens, long kvTokens) {
    LanePlan plan = LanePlan.ofStages(settings, budget, maxTokens, kvTokens, 1, stages);
    return EngineLoader.limits(settings, budget.device(), plan, kvTokens);
  }

  @Test
  void kvTokens_autoOnProcessors_takesHalfOfWhatIsFree() {
    MemoryBudget budget = budget(CPU, Dtype.FLOAT32);
    assertThat(EngineLoader.kvTokens(settings(0, false), budget, 100, 1_000_000)).isEqualTo(5000);
  }

  @Test
  void kvTokens_autoOnAGpuWithoutFlashAttention_takesHalfOfWhatIsFree() {
    MemoryBudget budget = budget(GPU, Dtype.FLOAT32);
    assertThat(EngineLoader.kvTokens(settings(0, false), budget, 1 << 16, 100L << 30))
        .isEqualTo((50L << 30) >> 16);
  }

  @Test
  void kvTokens_memorySet_isTakenWhateverIsFree() {
    EngineSettings fixed = settings(Dtype.FLOAT32, 0, 100, false);
    MemoryBudget budget = budget(GPU, Dtype.BFLOAT16);
    assertThat(EngineLoader.kvTokens(fixed, budget, 1 << 10, 10)).isEqualTo(100 << 10);
  }

  /** Cards of which CUDA and the driver have taken 0.6 GB before the weights. */
  @ParameterizedTest
  @CsvSource({
    "1B,   16,   321,  627",
    "1B,   24,   536, 1024",
    "1B,   80, 2192, 1024",
    "1B,  141, 3995, 1024",
    "8B,   24,    39,   76",
    "8B,   80,   445,  869",
    "8B,  141,   894, 1024",
    "70B, 160,    47,   91",
  })
  void limits_autoOnAGpu_areOfTheCardsMemory(
      String shape, int gigabytes, int kvThousands, int slots) {
    MemoryBudget budget = new MemoryBudget(GPU, shape(shape), Dtype.BFLOAT16);
    long free = (long) (gigabytes * 1e9 - 0.6e9) - budget.weightBytes();
    long perToken = budget.spec().kvBytesPerToken(Dtype.BFLOAT16);
    EngineSettings auto = settings(Dtype.BFLOAT16, 0, 0, false);

    long tokens = EngineLoader.kvTokens(auto, budget, perToken, free);
    Limits limits = limits(auto, budget, 1, 2048, tokens);

    assertThat(tokens).isCloseTo(1000L * kvThousands, withPercentage(1));
    assertThat(limits.slots()).isEqualTo(slots);
  }

  @Test
  void limits_slotsSet_areObeyed() {
    EngineSettings many = settings(Dtype.BFLOAT16, 3000, 0, false);
    MemoryBudget budget = budget(GPU, Dtype.BFLOAT16);
    assertThat(limits(many, budget, 1, 2048, 5000).slots()).isEqualTo(3000);
  }

  @Test
  void limits_byKindOfDevice_areShortRowsOnProcessorsAndManyOnGpus() {
    MemoryBudget cpu = budget(CPU, Dtype.FLOAT32);
    MemoryBudget gpu = budget(GPU, Dtype.BFLOAT16);
    assertThat(limits(settings(0, false), cpu, 1, 2048, 5000))
        .isEqualTo(new Limits(128, 5000, 512, 32, 0));
    assertThat(limits(settings(Dtype.BFLOAT16, 0, 0, false), gpu, 1, 2048, 1_000_000))
        .isEqualTo(new Limits(1024, 1_000_000, 8192, 512, 0));
    MemoryBudget plain = budget(GPU, Dtype.FLOAT32);
    assertThat(limits(settings(0, false), plain, 1, 2048, 5000).capacityStep())
        .as("in float32 there is no flash attention")
        .isEqualTo(32);
  }

  @Test
  void limits_severalStages_shareTheSlots() {
    MemoryBudget cpu = budget(CPU, Dtype.FLOAT32);
    assertThat(limits(settings(9, false), cpu, 2, 2048, 10_000).slots()).isEqualTo(4);
    assertThat(limits(settings(1, false), cpu, 2, 2048, 10_000).slots()).isEqualTo(1);
    assertThat(limits(settings(0, false), cpu, 2, 2048, 10_000))
        .as("each lane is a batch of its own")
        .isEqualTo(new Limits(128, 5000, 512, 32, 0));
  }

  @Test
  void limits_deterministicOfAnyLength_countsWholeRows() {
    MemoryBudget cpu = budget(CPU, Dtype.FLOAT32);
    assertThat(limits(settings(0, true), cpu, 1, 2048, 5000).slots()).isEqualTo(2);
    assertThat(limits(settings(7, true), cpu, 1, 500, 5000).slots()).isEqualTo(7);
    assertThat(limits(settings(0, true), cpu, 1, 2048, 1).slots()).isEqualTo(1);
  }
}
