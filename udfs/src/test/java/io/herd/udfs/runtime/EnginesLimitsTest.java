package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import io.herd.udfs.schedule.Limits;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnginesLimitsTest {
  private static EngineSettings settings(int slots, int maxLength, boolean deterministic) {
    return settings(slots, 0, maxLength, deterministic);
  }

  private static EngineSettings settings(
      int slots, int memoryMib, int maxLength, boolean deterministic) {
    ModelManifest none = new ModelManifest("none", "local", List.of());
    return new EngineSettings(
        none, Dtype.FLOAT32, DeviceChoice.CPU, slots, memoryMib, maxLength, 1, null, deterministic);
  }

  @Test
  void limits_auto_takesHalfOfWhatIsFree() {
    assertThat(Engines.limits(settings(0, 0, false), 2048, 100, 1_000_000))
        .isEqualTo(new Limits(128, 5000, 512));
  }

  @Test
  void limits_memorySet_isTakenWhateverIsFree() {
    assertThat(Engines.limits(settings(0, 100, 0, false), 2048, 1 << 10, 10).kvTokens())
        .isEqualTo(100 << 10);
  }

  @Test
  void limits_deterministicOfAnyLength_countsWholeRows() {
    assertThat(Engines.limits(settings(0, 0, true), 2048, 100, 1_000_000))
        .isEqualTo(new Limits(2, 5000, 512));
    assertThat(Engines.limits(settings(7, 0, true), 500, 100, 1_000_000).slots()).isEqualTo(7);
  }

  @Test
  void limits_hardlyAnyMemory_isOneSlot() {
    assertThat(Engines.limits(settings(0, 0, true), 2048, 100, 10))
        .isEqualTo(new Limits(1, 1, 512));
  }
}
