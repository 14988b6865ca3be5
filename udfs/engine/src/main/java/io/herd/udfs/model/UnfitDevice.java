package io.herd.udfs.model;

import io.herd.udfs.UserException;
import java.util.List;

/** A device that can't do what a model needs, however often it is tried. */
final class UnfitDevice {
  /** Messages of libtorch, FlashAttention, cuBLAS and cuDNN about this. */
  private static final List<String> WORDS =
      List.of(
          "no kernel image is available",
          "FlashAttention only supports",
          "CUBLAS_STATUS_NOT_SUPPORTED",
          "CUBLAS_STATUS_ARCH_MISMATCH",
          "CUDNN_STATUS_NOT_SUPPORTED",
          "CUDNN_STATUS_ARCH_MISMATCH");

  private UnfitDevice() {}

  static boolean isMeant(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    return WORDS.stream().anyMatch(message::contains);
  }

  static UserException failed(RuntimeException cause) {
    return new UserException(
        "the device can't calculate this: " + cause.getMessage().lines().findFirst().orElse(""),
        "set herd.model.dtype=float32, or use a GPU that libtorch's build knows, of compute"
            + " capability 8.0 or more (A10, L4, A100, H100) for bfloat16.",
        cause);
  }
}
