package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import io.herd.udfs.UserException;
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "CUDA error: out of memory",
        "CUDA out of memory. Tried to allocate 2.00 GiB."
      })
  void known_noMemoryForALibrary_losesNothingButThePass(String message) {
    EngineException thrown = new EngineException(message);
    assertThat(DeviceLost.isMeant(thrown)).isFalse();
    assertThat(TorchModule.known(thrown))
        .isInstanceOf(OutOfDeviceMemory.class)
        .hasMessageStartingWith("the device has no memory left: " + message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: CUBLAS_STATUS_NOT_SUPPORTED when calling `cublasGemmEx`",
        "CUDA error: CUBLAS_STATUS_ARCH_MISMATCH when calling `cublasGemmEx`",
        "CUDA error: no kernel image is available for execution on the device\nCompile with",
        "FlashAttention only supports Ampere GPUs or newer."
      })
  void known_cardThatCannot_isTheUsersAndEndsNoExecutor(String message) {
    EngineException thrown = new EngineException(message);
    assertThat(DeviceLost.isMeant(thrown)).isFalse();
    assertThat(TorchModule.known(thrown))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "the device can't calculate this: " + message.lines().findFirst().orElseThrow())
        .hasMessageContaining("What to do: set herd.model.dtype=float32")
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
