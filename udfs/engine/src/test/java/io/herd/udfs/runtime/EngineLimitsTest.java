package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import io.herd.udfs.schedule.Limits;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineLimitsTest {
  private static final TorchDevice CPU = TorchDevice.cpu();
  private static final TorchDevice GPU = TorchDevice.gpu(0);

  private static EngineSettings settings(
      Dtype dtype, int slots, int memoryMib, boolean deterministic) {
    ModelManifest none = new ModelManifest("none", "local", List.of());
    return new EngineSettings(
        none, dtype, DeviceChoice.AUTO, slots, memoryMib, 0, 1, null, deterministic);
  }

  private static EngineSettings settings(int slots, boolean deterministic) {
    return settings(Dtype.FLOAT32, slots, 0, deterministic);
  }

  @Test
  void kvTokens_auto_takesHalfOfWhatIsFree() {
    assertThat(EngineLoader.kvTokens(settings(0, false), 100, 1_000_000)).isEqualTo(5000);
  }

  @Test
  void kvTokens_memorySet_isTakenWhateverIsFree() {
    EngineSettings fixed = settings(Dtype.FLOAT32, 0, 100, false);
    assertThat(EngineLoader.kvTokens(fixed, 1 << 10, 10)).isEqualTo(100 << 10);
  }

  @Test
  void limits_byKindOfDevice_areShortRowsOnProcessorsAndManyOnGpus() {
    assertThat(EngineLoader.limits(settings(0, false), CPU, 1, 2048, 5000))
        .isEqualTo(new Limits(128, 5000, 512, 32, 0));
    assertThat(EngineLoader.limits(settings(Dtype.BFLOAT16, 0, 0, false), GPU, 1, 2048, 1_000_000))
        .isEqualTo(new Limits(256, 1_000_000, 8192, 512, 0));
    assertThat(EngineLoader.limits(settings(0, false), GPU, 1, 2048, 5000).capacityStep())
        .as("in float32 there is no flash attention")
        .isEqualTo(32);
  }

  @Test
  void limits_severalLanes_shareTheSlots() {
    assertThat(EngineLoader.limits(settings(9, false), CPU, 2, 2048, 5000).slots()).isEqualTo(4);
    assertThat(EngineLoader.limits(settings(1, false), CPU, 2, 2048, 5000).slots()).isEqualTo(1);
    assertThat(EngineLoader.limits(settings(0, false), CPU, 2, 2048, 5000).slots())
        .as("each lane is a batch of its own")
        .isEqualTo(128);
  }

  @Test
  void limits_deterministicOfAnyLength_countsWholeRows() {
    assertThat(EngineLoader.limits(settings(0, true), CPU, 1, 2048, 5000).slots()).isEqualTo(2);
    assertThat(EngineLoader.limits(settings(7, true), CPU, 1, 500, 5000).slots()).isEqualTo(7);
    assertThat(EngineLoader.limits(settings(0, true), CPU, 1, 2048, 1).slots()).isEqualTo(1);
  }
}
