package io.herd.udfs.runtime;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.LibUtils;
import io.herd.udfs.UserException;
import io.herd.udfs.model.TorchCuda;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import io.herd.udfs.text.Natives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The CUDA devices and software of this machine.
 *
 * @param gpus that libtorch can use
 * @param driver the version line of NVIDIA's kernel driver, or empty
 * @param libtorch its version and folder
 * @param cudaBuild whether that is a build with CUDA
 * @param visible CUDA_VISIBLE_DEVICES, if it is set
 * @param listed GPUs that nvidia-smi lists
 */
record Cuda(
    int gpus,
    Optional<String> driver,
    String libtorch,
    boolean cudaBuild,
    Optional<String> visible,
    List<NvidiaSmi.Gpu> listed) {
  /** The words by which reports recognize {@link #fallback}. */
  static final String FALLBACK = "runs on the processor, as herd.model.device=auto allows";

  /** Facts that don't change during a process, because libtorch reads them once. */
  private static final class Once {
    static final Cuda HERE = look();
  }

  static Cuda here() {
    loadLibtorch(); // which says why it can't, as a class that fails to initialize doesn't
    return Once.HERE;
  }

  private static void loadLibtorch() {
    Natives.prepare();
    Engine.getEngine("PyTorch");
  }

  private static Cuda look() {
    loadLibtorch();
    Path folder = Path.of(LibUtils.getLibtorchPath());
    return new Cuda(
        TorchCuda.gpus(),
        installedDriver(),
        LibUtils.getVersion() + " in " + folder,
        Files.exists(folder.resolve("libtorch_cuda.so")),
        Devices.visible(),
        NvidiaSmi.gpus());
  }

  /** The version line of NVIDIA's kernel driver, which libtorch's CUDA build has to fit. */
  static Optional<String> installedDriver() {
    try {
      return Files.readAllLines(Path.of("/proc/driver/nvidia/version")).stream().findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Chooses the devices for a task.
   *
   * @param addresses of the GPUs that Spark gave the task; without any, it is the first GPU
   * @throws UserException when a GPU was asked for and there is none, or none of that address
   */
  List<TorchDevice> choose(DeviceChoice choice, List<String> addresses) {
    if (choice == DeviceChoice.CPU || (gpus == 0 && choice == DeviceChoice.AUTO)) {
      return List.of(TorchDevice.cpu());
    }
    if (gpus == 0) {
      throw new UserException(
          "herd.model.device is cuda, and libtorch finds no GPU here: " + missing(),
          "put it right on the node (submit/README.md, On GPUs), or set herd.model.device=auto to"
              + " go on without.");
    }
    return addresses.isEmpty()
        ? List.of(TorchDevice.gpu(0))
        : addresses().indices(addresses).stream().map(TorchDevice::gpu).toList();
  }

  /** Returns the meaning of addresses on this machine. */
  GpuAddresses addresses() {
    return new GpuAddresses(gpus, visible, listed);
  }

  /**
   * Returns the warning of an engine that runs on the processor although its task or node has a
   * GPU.
   */
  Optional<String> fallback(DeviceChoice choice, List<String> addresses) {
    if (gpus > 0 || choice != DeviceChoice.AUTO || (addresses.isEmpty() && listed.isEmpty())) {
      return Optional.empty();
    }
    String has =
        addresses.isEmpty()
            ? "has " + names()
            : "was given the GPU " + String.join(", ", addresses);
    return Optional.of(has + " and " + FALLBACK + ": " + missing());
  }

  private String names() {
    return listed.stream().map(NvidiaSmi.Gpu::name).collect(Collectors.joining(", "));
  }

  private String missing() {
    List<String> reasons = new ArrayList<>();
    if (driver.isEmpty()) {
      reasons.add("there is no NVIDIA driver (no /proc/driver/nvidia/version)");
    }
    if (!cudaBuild) {
      reasons.add("libtorch " + libtorch + " is the build for processors");
    }
    if (reasons.isEmpty()) {
      reasons.add(hidden());
    }
    return String.join(", and ", reasons);
  }

  private String hidden() {
    String finds = "libtorch %s, a build with CUDA, finds no GPU".formatted(libtorch);
    String sees =
        listed.isEmpty() ? "" : "nvidia-smi lists " + listed.size() + " (" + names() + "), and ";
    return "%s%s: the driver (%s) may be too old for it, or CUDA_VISIBLE_DEVICES or the container hides the GPUs"
        .formatted(sees, finds, driver.orElse(""));
  }
}
