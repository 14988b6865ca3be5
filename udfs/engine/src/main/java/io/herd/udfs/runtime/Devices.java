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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The devices of this machine, their memory, and the type that they compute fast. */
public final class Devices {
  /** Instructions that multiply bfloat16; without them libtorch emulates it, many times slower. */
  private static final List<String> BFLOAT16_FLAGS = List.of(" avx512_bf16", " amx_bf16");

  private Devices() {}

  /** GPUs that libtorch can use. */
  public static int gpus() {
    return Cuda.here().gpus();
  }

  /**
   * The type that a task's devices are fast at: bfloat16 on GPUs and processors that have
   * instructions for it, else float32.
   *
   * @param addresses of the GPUs that Spark gave the task, or none
   * @throws UserException when a GPU was asked for and there is none
   */
  public static FastType fastType(DeviceChoice choice, List<String> addresses) {
    TorchDevice device = weakest(measured(asked(choice, addresses)));
    if (!device.isGpu()) {
      return new FastType(processorHasBfloat16() ? Dtype.BFLOAT16 : Dtype.FLOAT32, null);
    }
    return device.computesIn(Dtype.BFLOAT16)
        ? new FastType(Dtype.BFLOAT16, null)
        : new FastType(Dtype.FLOAT32, withCapability(device));
  }

  private static TorchDevice weakest(List<TorchDevice> devices) {
    return devices.stream().min(Comparator.comparingInt(TorchDevice::capability)).orElseThrow();
  }

  private static String withCapability(TorchDevice gpu) {
    return String.format(
        Locale.ROOT,
        "%s (compute capability %d.%d)",
        gpu,
        gpu.capability() / 10,
        gpu.capability() % 10);
  }

  /** Sets how many threads libtorch uses when it is called by this thread. */
  static void useThreads(int threads) {
    Engine.getEngine("PyTorch"); // loads libtorch, if nothing has yet
    JniUtils.setNumThreads(threads);
  }

  /**
   * Returns an engine's warning about its device before it is loaded: an unused GPU, and what is
   * missing for it; or empty.
   */
  public static Optional<String> warning(DeviceChoice choice, List<String> addresses) {
    return choice == DeviceChoice.AUTO ? Cuda.here().fallback(choice, addresses) : Optional.empty();
  }

  /** Returns whether an engine's message is such a warning. */
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
    List<TorchDevice> asked = asked(choice, addresses);
    return asked.get(0).isGpu() ? measured(claims.settle(asked, Cuda.here().addresses())) : asked;
  }

  private static List<TorchDevice> asked(DeviceChoice choice, List<String> addresses) {
    return choice == DeviceChoice.CPU
        ? List.of(TorchDevice.cpu())
        : Cuda.here().choose(choice, addresses);
  }

  /** Adds the capability that CUDA reports. */
  private static List<TorchDevice> measured(List<TorchDevice> devices) {
    return devices.stream()
        .map(
            device ->
                device.isGpu()
                    ? TorchDevice.gpu(device.index(), CudaRuntime.here().capability(device.index()))
                    : device)
        .toList();
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
    TorchDevice device = weakest(devices);
    if (device.computesIn(dtype)) {
      return;
    }
    if (dtype == Dtype.BFLOAT16) {
      throw FastType.noBfloat16(withCapability(device));
    }
    throw new UserException(
        "herd.model.dtype is int8, which is for processors, and the engine is to run on a GPU",
        "set herd.model.dtype=bfloat16, or herd.model.device=cpu to stay with int8.");
  }

  /**
   * The devices that a task's engine would run on, in words.
   *
   * @throws UserException when there are none
   */
  public static String describe(DeviceChoice choice, List<String> addresses) {
    List<TorchDevice> devices = measured(asked(choice, addresses));
    if (!devices.get(0).isGpu()) {
      return "CPU, " + Runtime.getRuntime().availableProcessors() + " threads";
    }
    String of = gpus() == 1 ? ", the one GPU" : ", of " + gpus() + " GPUs";
    return devices.stream().map(Devices::withCapability).collect(Collectors.joining("+")) + of;
  }

  /** Returns problems of the node that can be seen before a run, without an engine. */
  public static List<String> notes(DeviceChoice choice, List<String> addresses) {
    List<String> notes = new ArrayList<>(warning(choice, addresses).stream().toList());
    if (choice != DeviceChoice.CPU && !addresses.isEmpty() && gpus() > addresses.size()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "sees %d GPUs and was given %d (%s): executors aren't isolated, and an engine whose"
                  + " GPU another one has takes one that is free",
              gpus(),
              addresses.size(),
              String.join(", ", addresses)));
    }
    return notes;
  }

  /** Formats devices for logs and reports. */
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
