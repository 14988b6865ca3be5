package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.model.OutOfDeviceMemory;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class RapidsTest {
  private final OutOfDeviceMemory lack =
      new OutOfDeviceMemory(new IllegalStateException("CUDA out of memory. Tried 2 GiB"));

  private static SparkConf plugins(String classes) {
    return new SparkConf(false).set("spark.plugins", classes);
  }

  @Test
  void named_memoryGoneBesideRapids_namesIt() {
    assertThat(Rapids.named(lack, plugins("com.nvidia.spark.SQLPlugin")))
        .hasMessageStartingWith("the device has no memory left: CUDA out of memory. Tried 2 GiB")
        .hasMessageContaining("What to do: RAPIDS (spark.plugins = com.nvidia.spark.SQLPlugin)")
        .hasMessageContaining("--conf spark.plugins=,")
        .hasCause(lack);
  }

  @Test
  void named_otherPlugins_isAsItWas() {
    assertThat(Rapids.named(lack, plugins("org.example.Metrics"))).isSameAs(lack);
    assertThat(Rapids.named(lack, new SparkConf(false))).isSameAs(lack);
  }
}
