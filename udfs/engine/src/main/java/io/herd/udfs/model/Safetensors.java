package io.herd.udfs.model;

import static java.util.Map.Entry.comparingByValue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.VisionTensors;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a model's safetensors files, found by name and read a piece at a time. Format:
 * eight bytes of header length, a JSON header, then the tensors' bytes.
 */
final class Safetensors {
  /**
   * A tensor takes about 120 of them; the largest Llama has 1,138. As JSON they take 40 times the
   * memory.
   */
  private static final long MAX_HEADER_BYTES = 8L << 20;

  private static final int MOST_SHOWN = 200;

  /** libtorch's scalar type and the element size of each type that Llamas are stored in. */
  private static final Map<String, long[]> TYPES =
      Map.of("BF16", new long[] {15, 2}, "F16", new long[] {5, 2}, "F32", new long[] {6, 4});

  /**
   * One tensor.
   *
   * @param file where it lies
   * @param torchCode libtorch's scalar type of the stored elements
   * @param elementBytes bytes of one element
   * @param shape one or two dimensions
   * @param offset of its first byte in the file
   */
  record Tensor(Path file, int torchCode, int elementBytes, long[] shape, long offset) {
    long rows() {
      return shape[0];
    }

    long columns() {
      return shape.length == 1 ? 1 : shape[1];
    }

    long rowBytes() {
      return columns() * elementBytes;
    }

    /** Offset of the first byte behind it. */
    long end() {
      return offset + rows() * rowBytes();
    }

    /**
     * Reads rows {@code first .. first + count - 1} to the beginning of a buffer.
     *
     * @param channel of the file
     */
    void read(FileChannel channel, long first, long count, ByteBuffer into) throws IOException {
      into.clear().limit(Math.toIntExact(count * rowBytes()));
      long at = offset + first * rowBytes();
      while (into.hasRemaining()) {
        int bytes = channel.read(into, at + into.position());
        if (bytes < 0) {
          throw new EOFException(file + " has become shorter than its header says");
        }
      }
      into.flip();
    }
  }

  private static final Comparator<Tensor> BY_PLACE =
      Comparator.comparingLong(Tensor::offset).thenComparingLong(Tensor::end);

  private Safetensors() {}

  /** Every tensor of some files by its name. */
  static Map<String, Tensor> open(List<Path> files) {
    Map<String, Tensor> tensors = new HashMap<>();
    for (Path file : files) {
      try {
        header(file).forEach((name, tensor) -> add(tensors, name, tensor));
      } catch (IOException e) {
        throw new UserException("can't read " + file, "check the file and its permissions.", e);
      } catch (RuntimeException e) {
        throw e instanceof UserException user ? user : damaged(file, "its header can't be read", e);
      }
    }
    return tensors;
  }

  private static void add(Map<String, Tensor> all, String name, Tensor tensor) {
    Tensor other = all.put(name, tensor);
    if (other != null) {
      throw damaged(
          tensor.file(), "tensor " + shown(name) + " is in " + other.file() + ", too", null);
    }
  }

  private static Map<String, Tensor> header(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      long length = size < 8 ? -1 : read(channel, 0, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (length < 2 || length > MAX_HEADER_BYTES || length > size - 8) {
        throw damaged(file, "its header's length is " + length + " in a file of " + size, null);
      }
      String text = StandardCharsets.UTF_8.decode(read(channel, 8, (int) length)).toString();
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Map.Entry<String, JsonElement> entry :
          JsonParser.parseString(text).getAsJsonObject().entrySet()) {
        if (!entry.getKey().equals("__metadata__")) {
          JsonObject fields = entry.getValue().getAsJsonObject();
          tensors.put(entry.getKey(), tensor(file, entry.getKey(), fields, 8 + length, size));
        }
      }
      checkGapless(file, tensors, 8 + length, size);
      return tensors;
    }
  }

  /** The format allows neither overlaps nor holes. */
  private static void checkGapless(Path file, Map<String, Tensor> tensors, long base, long size) {
    long end = base;
    List<Map.Entry<String, Tensor>> inOrder =
        tensors.entrySet().stream().sorted(comparingByValue(BY_PLACE)).toList();
    for (Map.Entry<String, Tensor> tensor : inOrder) {
      if (tensor.getValue().offset() != end) {
        String problem = " overlaps the one before it, or leaves a gap";
        throw damaged(file, "tensor " + shown(tensor.getKey()) + problem, null);
      }
      end = tensor.getValue().end();
    }
    if (end != size) {
      throw damaged(file, (size - end) + " bytes follow its last tensor", null);
    }
  }

  private static ByteBuffer read(FileChannel channel, long at, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {
      // goes on until the header is whole or the file ends
    }
    return buffer.flip();
  }

  private static Tensor tensor(Path file, String name, JsonObject fields, long base, long size) {
    String type = shown(fields.get("dtype").getAsString());
    long[] known = TYPES.get(type);
    if (known == null) {
      throw new UserException(
          file + ": tensor " + shown(name) + " is stored as " + type,
          "use weights in BF16, F16 or F32; quantized ones are not read.");
    }
    long[] shape = sizes(fields.getAsJsonArray("shape"));
    if (VisionTensors.ofImages(name) && shape.length > 2) { // a kernel, which isn't read
      long rest = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
      shape = new long[] {shape[0], rest};
    }
    long[] span = sizes(fields.getAsJsonArray("data_offsets"));
    if (!fills(span, shape, known[1])) {
      throw damaged(file, "tensor " + shown(name) + " has a shape that its bytes don't fill", null);
    }
    if (span[1] > size - base) {
      throw damaged(
          file, "tensor " + shown(name) + " ends after the file does (is it truncated?)", null);
    }
    return new Tensor(file, (int) known[0], (int) known[1], shape, base + span[0]);
  }

  private static boolean fills(long[] span, long[] shape, long elementBytes) {
    if (span.length != 2 || shape.length < 1 || shape.length > 2) {
      return false;
    }
    BigInteger bytes = BigInteger.valueOf(elementBytes);
    for (long dimension : shape) {
      bytes = bytes.multiply(BigInteger.valueOf(dimension));
    }
    return bytes.equals(BigInteger.valueOf(span[1] - span[0]));
  }

  /** The numbers of a list; none at all when one of them is negative, broken or too large. */
  private static long[] sizes(JsonArray array) {
    long[] sizes = new long[array.size()];
    try {
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = array.get(i).getAsBigDecimal().longValueExact();
      }
    } catch (ArithmeticException | NumberFormatException e) {
      return new long[0];
    }
    return Arrays.stream(sizes).anyMatch(size -> size < 0) ? new long[0] : sizes;
  }

  /** Names come from the file, and may be of any length. */
  static String shown(String name) {
    return name.length() <= MOST_SHOWN ? name : name.substring(0, MOST_SHOWN) + "...";
  }

  private static UserException damaged(Path file, String problem, Throwable cause) {
    return new UserException(
        file + " is damaged: " + problem, "fetch the file again and compare its size.", cause);
  }
}
