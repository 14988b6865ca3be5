package io.herd.udfs.model;

import io.herd.udfs.HerdException;

/**
 * The device, or this process's access to it, is permanently broken: only another process can
 * continue.
 */
public final class DeviceLost extends HerdException {
  private DeviceLost(String problem, String remedy, Throwable cause) {
    super(problem, remedy, cause);
  }

  /** Creates the failure of a pass, after which every other pass would fail. */
  static DeviceLost failed(Throwable cause) {
    return new DeviceLost(
        "the device failed: " + String.valueOf(cause.getMessage()).lines().findFirst().orElse(""),
        "run the same command again; when it comes back, see the device's own log (nvidia-smi,"
            + " dmesg).",
        cause);
  }

  /**
   * Creates the failure of a pass that doesn't end.
   *
   * @param pass which, and for how long
   */
  public static DeviceLost hung(String pass) {
    return new DeviceLost(
        "the device hangs: " + pass,
        "run the same command again; when it comes back, see the device's own log (nvidia-smi,"
            + " dmesg), or allow a pass more time by herd.engine.step-timeout.",
        null);
  }

  /**
   * Returns whether libtorch's message means that the device is lost: after such errors "any
   * further CUDA work will return the same error. To continue using CUDA, the process must be
   * terminated and relaunched" (CUDA Runtime API, cudaError_t). Errors of {@link OutOfDeviceMemory
   * memory} and of an {@link UnfitDevice} are words of CUDA's libraries, too, and lose nothing.
   */
  static boolean isMeant(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    return (message.contains("CUDA error")
            || message.contains("CUDA driver error")
            || message.contains("CUBLAS_STATUS_")
            || message.contains("CUDNN_STATUS_"))
        && !OutOfDeviceMemory.isMeant(e)
        && !UnfitDevice.isMeant(e);
  }
}
