package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.NativeLibrary;
import io.herd.udfs.HerdException;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** GPUs are counted by libtorch and asked through its own runtime, whatever else is installed. */
class CudaRuntimeTest {
  private static final String RUNTIME = "libcudart.so.12";
  private static final String OPERATOR = "libtorch_cuda.so";

  /** What the JVM with fake GPUs prints. */
  static final class Look {
    public static void main(String[] arguments) {
      print("gpus", Devices::gpus);
      print("free", () -> Devices.freeBytes(TorchDevice.gpu(1)) >> 30);
      print("missing", () -> Devices.freeBytes(TorchDevice.gpu(7)));
      print("fast", () -> Devices.fastType(DeviceChoice.AUTO, List.of("1")).dtype());
      print(
          "bfloat16", () -> Devices.fastType(DeviceChoice.CUDA, List.of()).require(Dtype.BFLOAT16));
      print("context", Look::current);
    }

    private static void print(String name, Supplier<Object> question) {
      String answer;
      try {
        answer = String.valueOf(question.get());
      } catch (HerdException | LinkageError e) {
        answer = String.valueOf(e.getMessage());
      }
      System.out.println(name + " " + answer.lines().findFirst().orElse(""));
    }

    /** This thread's device, which nothing may have chosen. */
    private static Object current() {
      int[] device = new int[1];
      String file = Map.copyOf(System.getenv()).get("PYTORCH_EXTRA_LIBRARY_PATH").split(",", -1)[0];
      NativeLibrary.getInstance(file).getFunction("cudaGetDevice").invokeInt(new Object[] {device});
      return device[0];
    }
  }

  @Test
  void gpus_runtimeOfAnyFileName_areFoundAndTellTheirMemory() throws Exception {
    assertThat(FakeGpus.of(2, RUNTIME, OPERATOR).with("FAKE_CAPABILITY", "75").run(Look.class))
        .containsExactly(
            "gpus 2",
            "free 2",
            "missing cuda:7 can't be used: cudaSetDevice says \"invalid device ordinal\" (101)",
            "fast FLOAT32",
            "bfloat16 herd.model.dtype is bfloat16, and cuda:0 (compute capability 7.5) doesn't"
                + " calculate in it",
            "context -1");
  }

  @Test
  void fastType_ampereAndLater_isBfloat16() throws Exception {
    assertThat(FakeGpus.of(2, RUNTIME, OPERATOR).with("FAKE_CAPABILITY", "80").run(Look.class))
        .contains("fast BFLOAT16", "bfloat16 BFLOAT16");
  }

  @Test
  void gpus_noRuntimeBesideLibtorch_saysWhoSeesThem() throws Exception {
    assertThat(FakeGpus.of(1, OPERATOR).run(Look.class))
        .startsWith("gpus 1")
        .contains(
            "free libtorch finds a GPU here, and CUDA can't be asked for its memory: no library of"
                + " its runtime (libcudart) is loaded");
  }

  @Test
  void gpus_libtorchForProcessors_areNone() {
    assertThat(Devices.gpus()).isZero();
  }

  @Test
  void find_mappings_areThoseOfTheRuntimeAlone() {
    String maps =
        """
        7f10-7f20 r-xp 00000000 08:01 9    /usr/lib/libc.so.6
        7f20-7f30 rw-p 00000000 00:00 0
        7f30-7f40 r-xp 00000000 08:01 7    /opt/my libs/libcudart-9335f6a2.so.12
        7f40-7f50 r--p 00000000 08:01 7    /opt/other/libcudart.so.13
        """;
    assertThat(CudaRuntime.find(maps)).contains(Path.of("/opt/my libs/libcudart-9335f6a2.so.12"));
    assertThat(CudaRuntime.find("7f10-7f20 r-xp 00000000 08:01 9    /a/libcudart_static.a\n"))
        .isEmpty();
  }
}
