package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.UserException;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.TorchDevice;
import java.util.List;
import org.junit.jupiter.api.Test;

class FastTypeTest {
  private static final FastType A100 = new FastType(Dtype.BFLOAT16, null);
  private static final FastType T4 = new FastType(Dtype.FLOAT32, "cuda:0 (compute capability 7.5)");
  private static final FastType OLD_PROCESSOR = new FastType(Dtype.FLOAT32, null);

  @Test
  void ofAll_oneExecutorIsSlow_isFloat32ForAll() {
    assertThat(FastType.ofAll(List.of(A100, A100))).isEqualTo(A100);
    assertThat(FastType.ofAll(List.of(A100, T4))).isEqualTo(T4);
    assertThat(FastType.ofAll(List.of(A100, OLD_PROCESSOR))).isEqualTo(OLD_PROCESSOR);
  }

  @Test
  void require_bfloat16OnACardWithout_isRefusedWithTheTypeThatWorks() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> FastType.ofAll(List.of(A100, T4)).require(Dtype.BFLOAT16))
        .withMessageContaining("bfloat16, and cuda:0 (compute capability 7.5) doesn't calculate")
        .withMessageContaining("set herd.model.dtype=float32");
    assertThat(T4.require(Dtype.FLOAT32)).isEqualTo(Dtype.FLOAT32);
    assertThat(OLD_PROCESSOR.require(Dtype.BFLOAT16))
        .as("emulated, slowly")
        .isEqualTo(Dtype.BFLOAT16);
  }

  @Test
  void require_devicesOfAnEngine_areAskedBeforeItLoads() {
    List<TorchDevice> mixed = List.of(TorchDevice.gpu(0, 90), TorchDevice.gpu(1, 75));
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> Devices.require(mixed, Dtype.BFLOAT16))
        .withMessageContaining("cuda:1 (compute capability 7.5)");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> Devices.require(mixed, Dtype.INT8))
        .withMessageContaining("int8, which is for processors");
    assertThatCode(() -> Devices.require(mixed, Dtype.FLOAT32)).doesNotThrowAnyException();
  }

  @Test
  void hasFlashAttention_byCapability_isForAmpereAndLater() {
    assertThat(TorchDevice.gpu(0, 90).hasFlashAttention(Dtype.BFLOAT16)).isTrue();
    assertThat(TorchDevice.gpu(0, 75).hasFlashAttention(Dtype.BFLOAT16)).isFalse();
    assertThat(TorchDevice.gpu(0, 90).hasFlashAttention(Dtype.FLOAT32)).isFalse();
  }
}
