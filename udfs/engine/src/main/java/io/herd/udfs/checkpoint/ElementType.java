package io.herd.udfs.checkpoint;

import java.util.Arrays;
import java.util.Optional;

/** The types of safetensors that Llamas are stored in, under the format's names. */
public enum ElementType {
  BF16(15, 2),
  F16(5, 2),
  F32(6, 4),
  F8_E4M3(24, 1),
  F8_E5M2(23, 1),
  I8(1, 1),
  U8(0, 1),
  I32(3, 4),
  I64(4, 8);

  private final int torchCode;
  private final int bytes;

  ElementType(int torchCode, int bytes) {
    this.torchCode = torchCode;
    this.bytes = bytes;
  }

  static Optional<ElementType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** Returns libtorch's scalar type. */
  public int torchCode() {
    return torchCode;
  }

  /** Returns the bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Returns whether weights of this type can be used directly, without scales beside them. */
  public boolean dense() {
    return this == BF16 || this == F16 || this == F32;
  }
}
