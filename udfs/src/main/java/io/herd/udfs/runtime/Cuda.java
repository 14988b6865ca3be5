package io.herd.udfs.runtime;

import ai.djl.Device;
import ai.djl.pytorch.jni.LibUtils;
import io.herd.udfs.UserException;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of CUDA this machine has.
 *
 * @param gpus that libtorch can use
 * @param driver the version line of NVIDIA's kernel driver, or empty
 * @param libtorch its version and folder
 * @param cudaBuild whether that is a build with CUDA
 */
record Cuda(int gpus, Optional<String> driver, String libtorch, boolean cudaBuild) {

  static Cuda here() {
    int gpus = Devices.gpus(); // loads libtorch
    Path folder = Path.of(LibUtils.getLibtorchPath());
    return new Cuda(
        gpus,
        Devices.driver(),
        LibUtils.getVersion() + " in " + folder,
        Files.exists(folder.resolve("libtorch_cuda.so")));
  }

  /**
   * The device for a task.
   *
   * @param address the GPU that Spark gave the task, or empty
   * @throws UserException when a GPU was asked for and there is none, or none of that address
   */
  Device choose(DeviceChoice choice, Optional<String> address) {
    if (choice == DeviceChoice.CPU || (gpus == 0 && choice == DeviceChoice.AUTO)) {
      return Device.cpu();
    }
    if (gpus == 0) {
      throw new UserException(
          "herd.model.device is cuda, and libtorch finds no GPU here: " + missing(),
          "put it right on the node (README, On GPUs), or set herd.model.device=auto to go on"
              + " without.");
    }
    return Device.gpu(index(address.orElse("0")));
  }

  private int index(String address) {
    if (!address.matches("\\d{1,3}") || Integer.parseInt(address) >= gpus) {
      throw new UserException(
          "Spark gave a task the GPU \"%s\", and libtorch knows those from 0 to %d here"
              .formatted(address, gpus - 1),
          "let submit/gpu-discovery.sh find the addresses (spark.executor.resource.gpu"
              + ".discoveryScript), where the executor itself runs.");
    }
    return Integer.parseInt(address);
  }

  /** What an engine on the processor has to say, although Spark gave its task a GPU. */
  Optional<String> fallback(DeviceChoice choice, Optional<String> address) {
    return gpus > 0 || choice != DeviceChoice.AUTO
        ? Optional.empty()
        : address.map(
            gpu ->
                "was given the GPU %s and runs on the processor, as herd.model.device=auto allows: %s"
                    .formatted(gpu, missing()));
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
      reasons.add(
          "libtorch %s is a build with CUDA, but CUDA shows it no GPU: the driver (%s) may be too old"
                  .formatted(libtorch, driver.orElse(""))
              + " for it, or CUDA_VISIBLE_DEVICES or the container hides the GPUs");
    }
    return String.join(", and ", reasons);
  }
}
