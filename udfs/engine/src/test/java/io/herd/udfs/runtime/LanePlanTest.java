package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.MemoryBudget;
import io.herd.udfs.model.ModelSpec;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanePlanTest {
  private static final int MAX_TOKENS = 1000;
  private static final ModelSpec SMALL = Shapes.SMALL;
  private static final ModelSpec LARGE = Shapes.ONE_BILLION;

  private static LanePlan plan(
      ModelSpec spec, Dtype dtype, int slots, int lanes, int threads, long kvTokens, boolean same) {
    EngineSettings settings =
        new EngineSettings(
            new ModelManifest("none", "local", List.of()),
            dtype,
            DeviceChoice.CPU,
            slots,
            0,
            0,
            threads,
            lanes,
            null,
            same,
            true);
    MemoryBudget budget = new MemoryBudget(TorchDevice.cpu(), spec, dtype);
    return LanePlan.ofProcessors(settings, budget, MAX_TOKENS, kvTokens, threads);
  }

  @ParameterizedTest
  @CsvSource({
    "false, BFLOAT16,  1,   0, '1 thread',             128",
    "false, BFLOAT16,  2,   0, '2 lanes of 1 thread',  128",
    "false, FLOAT32,   2,   0, '2 lanes of 1 thread',  128",
    "false, INT8,      2,   0, '2 lanes of 1 thread',  128",
    "false, BFLOAT16,  2,  64, '2 lanes of 1 thread',   32",
    "false, BFLOAT16, 16,   0, '4 lanes of 4 threads', 128",
    "false, BFLOAT16, 16, 512, '16 lanes of 1 thread',  32",
    "false, BFLOAT16,  2,   1, '2 threads',              1",
    "false, BFLOAT16,  2,  63, '2 threads',             63",
    "true,  BFLOAT16,  2,   0, '2 threads',            128",
    "true,  BFLOAT16, 15,   0, '15 threads',           128",
    "true,  BFLOAT16, 16,   0, '2 lanes of 8 threads', 128",
    "true,  INT8,     16,   0, '2 lanes of 8 threads', 128",
  })
  void ofProcessors_auto_isByWeightsThreadsAndRows(
      boolean large, Dtype dtype, int threads, int slots, String words, int each) {
    LanePlan plan = plan(large ? LARGE : SMALL, dtype, slots, 0, threads, 1_000_000, false);
    assertThat(plan.words()).isEqualTo(words);
    assertThat(plan.slots()).isEqualTo(each);
  }

  @Test
  void ofProcessors_lanesSet_areObeyedWhileEachHasARow() {
    assertThat(plan(LARGE, Dtype.BFLOAT16, 0, 3, 4, 1_000_000, false).words())
        .isEqualTo("3 lanes of 1 thread");
    assertThat(plan(SMALL, Dtype.BFLOAT16, 0, 1, 4, 1_000_000, false).words())
        .isEqualTo("4 threads");
    assertThat(plan(SMALL, Dtype.BFLOAT16, 2, 5, 8, 1_000_000, false).words())
        .isEqualTo("2 lanes of 4 threads");
  }

  @Test
  void ofProcessors_cacheForOneLongRow_isOneLane() {
    assertThat(plan(SMALL, Dtype.BFLOAT16, 0, 0, 2, 1999, false).words()).isEqualTo("2 threads");
    assertThat(plan(SMALL, Dtype.BFLOAT16, 0, 0, 2, 1, false).slots()).isEqualTo(128);
  }

  @Test
  void ofProcessors_deterministic_laneIsAsWideWhateverThereIsOfOthers() {
    assertThat(plan(SMALL, Dtype.FLOAT32, 0, 0, 4, 1_000_000, true).words()).isEqualTo("4 threads");
    for (int lanes = 1; lanes < 5; lanes++) {
      LanePlan plan = plan(SMALL, Dtype.FLOAT32, 0, lanes, 8, 1_000_000, true);
      assertThat(plan.lanes()).isEqualTo(lanes);
      assertThat(plan.slots()).isEqualTo(32);
    }
    LanePlan few = plan(SMALL, Dtype.FLOAT32, 4, 0, 2, 1_000_000, true);
    assertThat(few.lanes()).isOne();
    assertThat(few.slots()).isEqualTo(4);
  }

  /** Each lane reads all weights once a step, and decoding does little else. */
  @Test
  void ofProcessors_auto_otherLanesBeginForLabelsAlone() {
    assertThat(plan(SMALL, Dtype.FLOAT32, 0, 0, 2, 1_000_000, false).forTexts()).isFalse();
    assertThat(plan(SMALL, Dtype.FLOAT32, 0, 2, 2, 1_000_000, false).forTexts()).isTrue();
  }

  @Test
  void threads_someLanesHaveNoWork_goToTheOthers() {
    LanePlan plan = plan(SMALL, Dtype.FLOAT32, 0, 4, 8, 1_000_000, false);
    assertThat(plan.threads(4)).isEqualTo(2);
    assertThat(plan.threads(2)).isEqualTo(4);
    assertThat(plan.threads(1)).isEqualTo(8);
    assertThat(plan(SMALL, Dtype.FLOAT32, 0, 4, 8, 1_000_000, true).threads(1))
        .as("other threads may give other bytes")
        .isEqualTo(2);
  }
}
