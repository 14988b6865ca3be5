package io.herd.udfs.runtime;

import io.herd.udfs.UserException;
import io.herd.udfs.model.Dtype;
import java.io.Serializable;
import java.util.Collection;
import java.util.Objects;

/**
 * The type that devices compute fast.
 *
 * @param dtype which
 * @param withoutBfloat16 a GPU that can't calculate in bfloat16 at all, in words, or null
 */
public record FastType(Dtype dtype, String withoutBfloat16) implements Serializable {

  /** Returns the type that all of several executors compute fast. */
  public static FastType ofAll(Collection<FastType> executors) {
    boolean slow = executors.stream().anyMatch(each -> each.dtype() == Dtype.FLOAT32);
    return new FastType(
        slow ? Dtype.FLOAT32 : Dtype.BFLOAT16,
        executors.stream()
            .map(FastType::withoutBfloat16)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null));
  }

  /**
   * Checks that a requested type is available.
   *
   * @throws UserException when a GPU doesn't calculate in it
   */
  public Dtype require(Dtype asked) {
    if (asked == Dtype.BFLOAT16 && withoutBfloat16 != null) {
      throw noBfloat16(withoutBfloat16);
    }
    return asked;
  }

  static UserException noBfloat16(String gpu) {
    return new UserException(
        "herd.model.dtype is bfloat16, and " + gpu + " doesn't calculate in it",
        "set herd.model.dtype=float32, or auto, which is that there; or use GPUs of compute"
            + " capability 8.0 or more (A10, L4, A100, H100).");
  }
}
