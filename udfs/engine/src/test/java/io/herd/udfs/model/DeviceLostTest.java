package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceLostTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: device-side assert triggered\nCUDA kernel errors might be reported later",
        "CUDA error: an illegal memory access was encountered",
        "CUDA error: uncorrectable ECC error encountered",
        "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm`",
        "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"
      })
  void isMeant_stickyErrorsOfCuda_endTheProcess(String message) {
    EngineException thrown = new EngineException(message);
    assertThat(DeviceLost.isMeant(thrown)).isTrue();
    assertThat(DeviceLost.failed(thrown))
        .hasMessageStartingWith("the device failed: " + message.lines().findFirst().orElseThrow())
        .hasMessageContaining("What to do: ")
        .hasCause(thrown);
  }

  @Test
  void isMeant_errorsOfOneCall_doNot() {
    assertThat(
            DeviceLost.isMeant(new EngineException("shape '[2]' is invalid for input of size 3")))
        .isFalse();
    assertThat(DeviceLost.isMeant(new EngineException((String) null))).isFalse();
  }
}
