package io.herd.udfs.model;

/** The type that weights and activations are held in; the code is libtorch's scalar type. */
public enum Dtype {
  FLOAT32("float32", 6, 4),
  BFLOAT16("bfloat16", 15, 2);

  private final String text;
  private final int torchCode;
  private final int bytes;

  Dtype(String text, int torchCode, int bytes) {
    this.text = text;
    this.torchCode = torchCode;
    this.bytes = bytes;
  }

  /** As configurations and reports write it. */
  public String text() {
    return text;
  }

  public int torchCode() {
    return torchCode;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }
}
