package io.herd.udfs.model;

import io.herd.udfs.HerdException;

/** The device had no memory left for a pass. The cache's content is lost; the model is not. */
public final class OutOfDeviceMemory extends HerdException {
  public OutOfDeviceMemory(Throwable cause) {
    super(
        "the device has no memory left: " + cause.getMessage().lines().findFirst().orElse(""),
        "lower herd.engine.slots or herd.engine.memory, or use a device with more memory.",
        cause);
  }

  /**
   * Creates the exception with another remedy.
   *
   * @param lack what was noticed
   */
  public OutOfDeviceMemory(String remedy, OutOfDeviceMemory lack) {
    super(lack.getMessage().lines().findFirst().orElse(""), remedy, lack);
  }

  /**
   * Returns whether libtorch's message reports a lack of memory, of the host or of a GPU; cuBLAS
   * and cuDNN also allocate some.
   */
  static boolean isMeant(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("out of memory")
        || message.contains("can't allocate memory")
        || message.contains("CUBLAS_STATUS_ALLOC_FAILED")
        || message.contains("CUDNN_STATUS_ALLOC_FAILED");
  }
}
