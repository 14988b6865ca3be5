package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.UserException;
import org.junit.jupiter.api.Test;

class TaskGpuTest {
  @Test
  void only_severalAddresses_areRefusedBecauseOneWouldBeUsed() {
    assertThat(TaskGpu.only(new String[] {"3"})).isEqualTo("3");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> TaskGpu.only(new String[] {"0", "1"}))
        .withMessageStartingWith("Spark gives each task 2 GPUs, and an engine uses one")
        .withMessageContaining("spark.task.resource.gpu.amount");
  }
}
