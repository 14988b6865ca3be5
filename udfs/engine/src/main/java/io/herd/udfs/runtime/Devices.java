package io.herd.udfs.runtime;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.herd.udfs.UserException;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What this machine has: its devices, their memory, and the type that they are fast at. */
public final class Devices {
  /** Instructions that multiply bfloat16; without them libtorch emulates it, many times slower. */
  private static final List<String> BFLOAT16_FLAGS = List.of(" avx512_bf16", " amx_bf16");

  private Devices() {}

  /** GPUs that libtorch can use. */
  public static int gpus() {
    return Cuda.count();
  }

  /** The fastest type here: bfloat16 on GPUs and on processors with instructions for it. */
  public static Dtype fastDtype(DeviceChoice choice) {
    boolean gpu = choice != DeviceChoice.CPU && gpus() > 0;
    return gpu || processorHasBfloat16() ? Dtype.BFLOAT16 : Dtype.FLOAT32;
  }

  /** Sets how many threads libtorch uses when it is called by this thread. */
  static void useThreads(int threads) {
    Engine.getEngine("PyTorch"); // loads libtorch, if nothing has yet
    JniUtils.setNumThreads(threads);
  }

  /**
   * What the engine of a task says of its device before it is loaded: that a GPU goes unused, and
   * what is missing for it; or nothing.
   */
  public static Optional<String> warning(DeviceChoice choice, List<String> addresses) {
    return choice == DeviceChoice.AUTO ? Cuda.here().fallback(choice, addresses) : Optional.empty();
  }

  /** Whether words of an engine are such a warning. */
  public static boolean isWarning(String words) {
    return words.contains(Cuda.FALLBACK);
  }

  /**
   * The devices for a task, one or more.
   *
   * @param addresses of the GPUs that Spark gave the task, or none
   * @param claims by which processes of this host keep out of each other's way
   * @throws UserException when a GPU was asked for and there is none
   */
  static List<TorchDevice> choose(DeviceChoice choice, List<String> addresses, GpuClaims claims) {
    if (choice == DeviceChoice.CPU) {
      return List.of(TorchDevice.cpu());
    }
    Cuda cuda = Cuda.here();
    List<TorchDevice> asked = cuda.choose(choice, addresses);
    return asked.get(0).isGpu() ? claims.settle(asked, cuda.addresses()) : asked;
  }

  /** The GPUs that CUDA is to show to this process, if that is restricted. */
  static Optional<String> visible() {
    return Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES"))
        .filter(text -> !text.isBlank());
  }

  /**
   * Checks that devices can calculate in a type.
   *
   * @throws UserException when one can't
   */
  static void require(List<TorchDevice> devices, Dtype dtype) {
    if (!devices.stream().allMatch(device -> device.computesIn(dtype))) {
      throw new UserException(
          "herd.model.dtype is int8, which is for processors, and the engine is to run on a GPU",
          "set herd.model.dtype=bfloat16, or herd.model.device=cpu to stay with int8.");
    }
  }

  /**
   * The device that a choice comes to here, in words.
   *
   * @throws UserException when there is none
   */
  public static String describe(DeviceChoice choice) {
    boolean gpu =
        choice != DeviceChoice.CPU && Cuda.here().choose(choice, List.of()).get(0).isGpu();
    int processors = Runtime.getRuntime().availableProcessors();
    return gpu ? gpus() + " GPU" : "CPU, " + processors + " threads";
  }

  /** As logs and reports name them. */
  static String names(List<TorchDevice> devices) {
    return devices.stream().map(TorchDevice::name).collect(Collectors.joining("+"));
  }

  /** The version of NVIDIA's kernel driver, which libtorch's CUDA build has to fit. */
  public static String driverVersion() {
    return Cuda.installedDriver().orElse("no NVIDIA driver");
  }

  /** Bytes that may be taken on a device now. */
  static long freeBytes(TorchDevice device) {
    if (device.isGpu()) {
      return CudaRuntime.here().freeBytes(device.index());
    }
    return hostFreeBytes();
  }

  /** Bytes of this machine's memory, or of the container's, that nobody uses. */
  public static long hostFreeBytes() {
    return Math.min(linuxAvailable().orElse(Long.MAX_VALUE), containerLimit());
  }

  private static long containerLimit() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getTotalMemorySize(); // of the container, where there is one
  }

  private static Optional<Long> linuxAvailable() {
    try {
      return Files.readAllLines(Path.of("/proc/meminfo")).stream()
          .filter(line -> line.startsWith("MemAvailable:"))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean processorHasBfloat16() {
    try {
      String flags = Files.readString(Path.of("/proc/cpuinfo"));
      return BFLOAT16_FLAGS.stream().anyMatch(flags::contains);
    } catch (IOException e) {
      return false;
    }
  }
}
