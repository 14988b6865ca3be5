package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.UserException;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which device a task gets, on machines that tests don't run on. */
class CudaTest {
  private static final Optional<String> DRIVER = Optional.of("NVRM version: 450.80");
  private static final NvidiaSmi.Gpu T4 = new NvidiaSmi.Gpu(0, "GPU-a", "Tesla T4");
  private static final Cuda TWO_GPUS = cuda(2, DRIVER, true);
  private static final Cuda BARE = cuda(0, Optional.empty(), false);
  private static final Cuda OLD_DRIVER = cuda(0, DRIVER, true, T4);
  private static final Cuda NO_CUDA_BUILD = cuda(0, DRIVER, false, T4);

  private static Cuda cuda(
      int gpus, Optional<String> driver, boolean build, NvidiaSmi.Gpu... listed) {
    return new Cuda(gpus, driver, "2.7.1 in /libtorch", build, Optional.empty(), List.of(listed));
  }

  @Test
  void choose_address_isTheGpuOfThatNumber() {
    assertThat(TWO_GPUS.choose(DeviceChoice.AUTO, List.of("1")))
        .containsExactly(TorchDevice.gpu(1));
    assertThat(TWO_GPUS.choose(DeviceChoice.CUDA, List.of())).containsExactly(TorchDevice.gpu(0));
    assertThat(TWO_GPUS.choose(DeviceChoice.CPU, List.of("1"))).containsExactly(TorchDevice.cpu());
    assertThat(TWO_GPUS.fallback(DeviceChoice.AUTO, List.of("1"))).isEmpty();
  }

  @Test
  void choose_severalAddresses_areAllTheTasks() {
    assertThat(TWO_GPUS.choose(DeviceChoice.AUTO, List.of("1", "0")))
        .as("in one order, so that tasks share one engine")
        .containsExactly(TorchDevice.gpu(0), TorchDevice.gpu(1));
    assertThat(BARE.choose(DeviceChoice.AUTO, List.of("0", "1")))
        .containsExactly(TorchDevice.cpu());
    assertThat(BARE.fallback(DeviceChoice.AUTO, List.of("0", "1")))
        .hasValueSatisfying(text -> assertThat(text).startsWith("was given the GPU 0, 1 and runs"));
  }

  @Test
  void choose_addressThatIsNone_isRefused() {
    for (String address : new String[] {"2", "GPU-7a3c", ""}) {
      assertThatExceptionOfType(UserException.class)
          .isThrownBy(() -> TWO_GPUS.choose(DeviceChoice.AUTO, List.of(address)))
          .withMessageContaining(
              "the GPU \"" + address + "\", and libtorch knows those from 0 to 1")
          .withMessageContaining("submit/gpu-discovery.sh");
    }
  }

  @Test
  void choose_cudaWithoutIt_saysAllThatIsMissing() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> BARE.choose(DeviceChoice.CUDA, List.of("0")))
        .withMessageContaining("there is no NVIDIA driver")
        .withMessageContaining(", and libtorch 2.7.1 in /libtorch is the build for processors");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> OLD_DRIVER.choose(DeviceChoice.CUDA, List.of("0")))
        .withMessageContaining(
            "nvidia-smi lists 1 (Tesla T4), and libtorch 2.7.1 in /libtorch, a build with CUDA,"
                + " finds no GPU: the driver (NVRM version: 450.80) may be too old")
        .withMessageNotContaining("processors");
  }

  @Test
  void fallback_nodeWithAGpuThatSparkDoesNotKnow_saysSo() {
    assertThat(NO_CUDA_BUILD.fallback(DeviceChoice.AUTO, List.of()))
        .hasValue(
            "has Tesla T4 and runs on the processor, as herd.model.device=auto allows: libtorch"
                + " 2.7.1 in /libtorch is the build for processors");
    assertThat(NO_CUDA_BUILD.fallback(DeviceChoice.AUTO, List.of()).map(Devices::isWarning))
        .hasValue(true);
    assertThat(NO_CUDA_BUILD.fallback(DeviceChoice.CPU, List.of())).isEmpty();
  }

  @Test
  void fallback_autoWithoutCuda_isTheProcessorAndSaysWhy() {
    assertThat(BARE.choose(DeviceChoice.AUTO, List.of("0"))).containsExactly(TorchDevice.cpu());
    assertThat(BARE.fallback(DeviceChoice.AUTO, List.of("3")))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .startsWith(
                        "was given the GPU 3 and runs on the processor, as"
                            + " herd.model.device=auto allows: there is no NVIDIA driver"));
    assertThat(BARE.fallback(DeviceChoice.AUTO, List.of())).isEmpty();
    assertThat(BARE.fallback(DeviceChoice.CPU, List.of("3"))).isEmpty();
  }
}
