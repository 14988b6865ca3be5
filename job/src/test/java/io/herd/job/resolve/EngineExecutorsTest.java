package io.herd.job.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.herd.udfs.UserException;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineExecutorsTest {
  private final SparkConf conf = new SparkConf(false);

  @Test
  void of_nothingSet_leavesAllExecutorsAlike() {
    assertThat(EngineExecutors.of(conf).profile()).isEmpty();
  }

  @Test
  void of_gpusForTheStage_asksForThemBesideWhatOtherExecutorsHave() {
    conf.set(EngineExecutors.GPUS, "1").set("spark.dynamicAllocation.enabled", "true");
    conf.set("spark.executor.cores", "4").set("spark.executor.memory", "3g");
    conf.set("spark.executor.resource.gpu.amount", "0");
    conf.set("spark.executor.resource.gpu.discoveryScript", "/opt/gpus");

    ResourceProfile profile = EngineExecutors.of(conf).profile().orElseThrow();

    assertThat(profile.executorResourcesJMap().get("gpu").amount()).isEqualTo(1);
    assertThat(profile.executorResourcesJMap().get("gpu").discoveryScript()).isEqualTo("/opt/gpus");
    assertThat(profile.executorResourcesJMap().get("cores").amount()).isEqualTo(4);
    assertThat(profile.executorResourcesJMap().get("memory").amount()).isEqualTo(3 * 1024);
    assertThat(profile.executorResourcesJMap()).doesNotContainKey("memoryOverhead");
    assertThat(profile.taskResourcesJMap().get("gpu").amount()).isEqualTo(0.25);
  }

  @Test
  void of_withoutDynamicAllocation_saysWhatToSet() {
    conf.set(EngineExecutors.GPUS, "1");

    assertThatThrownBy(() -> EngineExecutors.of(conf))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("spark.dynamicAllocation.enabled=true");
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "1,8,0.125", "2,8,0.25", "2,3,0.5", "4,2,1", "1,3,0.333"})
  void share_letsAllCoresWork(int gpus, int tasks, double expected) {
    assertThat(EngineExecutors.share(gpus, tasks)).isCloseTo(expected, within(5e-4));
  }
}
