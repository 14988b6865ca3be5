package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.ElementType;
import io.herd.udfs.checkpoint.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Converts numbers of the stored types to float32, which represents each of them exactly, and back.
 */
final class Numbers {
  private static final int BYTES = 256;

  private Numbers() {}

  /** Returns the value of each byte. */
  static float[] table(ElementType type) {
    float[] table = new float[BYTES];
    for (int i = 0; i < BYTES; i++) {
      table[i] =
          switch (type) {
            case I8 -> (byte) i;
            case U8 -> i;
            case F8_E5M2 -> ofHalf((short) (i << 8));
            case F8_E4M3 -> ofE4m3(i);
            default -> throw new IllegalArgumentException(type + " takes more than a byte");
          };
    }
    return table;
  }

  /** A format without infinities, in which all bits set is NaN (Micikevicius et al. 2022). */
  private static float ofE4m3(int bits) {
    int exponent = bits >> 3 & 15;
    int mantissa = bits & 7;
    float size =
        (bits & 127) == 127
            ? Float.NaN
            : exponent == 0
                ? Math.scalb((float) mantissa, -9)
                : Math.scalb((float) (8 + mantissa), exponent - 10);
    return bits < 128 ? size : -size;
  }

  private static float ofHalf(short half) {
    int exponent = half >> 10 & 31;
    int mantissa = half & 1023;
    float size =
        exponent == 31
            ? mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN
            : exponent == 0
                ? Math.scalb((float) mantissa, -24)
                : Math.scalb((float) (1024 + mantissa), exponent - 25);
    return half < 0 ? -size : size;
  }

  /** Reads a whole tensor. */
  static float[] floats(StoredTensor tensor) throws IOException {
    ByteBuffer content = tensor.content();
    float[] floats = new float[content.remaining() / tensor.type().bytes()];
    float[] table = tensor.type().bytes() == 1 ? table(tensor.type()) : new float[0];
    for (int i = 0; i < floats.length; i++) {
      floats[i] =
          switch (tensor.type()) {
            case F32 -> content.getFloat();
            case F16 -> ofHalf(content.getShort());
            case BF16 -> Float.intBitsToFloat(content.getShort() << 16);
            case I32 -> content.getInt();
            case I64 -> content.getLong();
            default -> table[content.get() & 255];
          };
    }
    return floats;
  }

  /** Reads a whole tensor of 32-bit integers. */
  static int[] ints(StoredTensor tensor) throws IOException {
    ByteBuffer content = tensor.content();
    int[] ints = new int[content.remaining() / Integer.BYTES];
    content.asIntBuffer().get(ints);
    return ints;
  }

  /** Writes numbers in a type, each rounded to the nearest that it has, ties to even. */
  static void put(ElementType type, float[] numbers, ByteBuffer out) {
    switch (type) {
      case F32 -> {
        out.asFloatBuffer().put(numbers);
        out.position(out.position() + numbers.length * Float.BYTES);
      }
      case F16 -> {
        for (float number : numbers) {
          out.putShort(half(number));
        }
      }
      case BF16 -> {
        for (float number : numbers) {
          out.putShort(bfloat(number));
        }
      }
      default -> throw new IllegalArgumentException(type + " is no type of dense weights");
    }
  }

  private static short bfloat(float number) {
    int bits = Float.floatToRawIntBits(number);
    return Float.isNaN(number)
        ? (short) 0x7fc0
        : (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }

  static short half(float number) {
    int bits = Float.floatToRawIntBits(number);
    int sign = bits >>> 16 & 0x8000;
    int size = bits & 0x7fffffff;
    if (size > 0x7f800000) {
      return 0x7e00;
    }
    if (size >= 0x477ff000) { // 65,520 and more
      return (short) (sign | 0x7c00);
    }
    if (size < 0x38800000) { // a half counts the smallest in its last bit when it is added to 0.5
      float sum = Float.intBitsToFloat(size) + 0.5f;
      return (short) (sign | Float.floatToRawIntBits(sum) - Float.floatToRawIntBits(0.5f));
    }
    int shifted = size - 0x38000000;
    return (short) (sign | ((shifted + 0xfff + (shifted >>> 13 & 1)) >>> 13));
  }
}
