package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class TaskGpuTest {
  private static ResourceInformation resource(String name, String... addresses) {
    return new ResourceInformation(name, addresses);
  }

  @Test
  void addresses_gpusAndInstancesOfMig_areTaken() {
    assertThat(TaskGpu.addresses(Map.of("gpu", resource("gpu", "1", "0"))))
        .containsExactly("1", "0");
    assertThat(TaskGpu.addresses(Map.of("mig-3g", resource("mig-3g", "MIG-5c25"))))
        .containsExactly("MIG-5c25");
  }

  @Test
  void addresses_otherResources_areNone() {
    assertThat(TaskGpu.addresses(Map.of("fpga", resource("fpga", "0")))).isEmpty();
    assertThat(TaskGpu.addresses(Map.of())).isEmpty();
  }
}
