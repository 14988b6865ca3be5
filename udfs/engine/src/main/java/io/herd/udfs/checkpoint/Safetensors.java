package io.herd.udfs.checkpoint;

import static java.util.Map.Entry.comparingByValue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.VisionTensors;
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
public final class Safetensors {
  /**
   * Maximum header size: a tensor takes about 120 bytes, and the largest Llama has 1,138 tensors.
   * As JSON they take 40 times the memory.
   */
  private static final long MAX_HEADER_BYTES = 8L << 20;

  private static final int MOST_SHOWN = 200;

  private static final Comparator<StoredTensor> BY_PLACE =
      Comparator.comparingLong(StoredTensor::offset).thenComparingLong(StoredTensor::end);

  private Safetensors() {}

  /**
   * Returns every tensor of some files by its name.
   *
   * @throws UserException when a file is missing or damaged, or has a type that no Llama has
   */
  public static Map<String, StoredTensor> open(List<Path> files) {
    Map<String, StoredTensor> tensors = new HashMap<>();
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

  private static void add(Map<String, StoredTensor> all, String name, StoredTensor tensor) {
    StoredTensor other = all.put(name, tensor);
    if (other != null) {
      throw damaged(
          tensor.file(), "tensor " + shown(name) + " is in " + other.file() + ", too", null);
    }
  }

  private static Map<String, StoredTensor> header(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      long length = size < 8 ? -1 : read(channel, 0, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (length < 2 || length > MAX_HEADER_BYTES || length > size - 8) {
        throw damaged(file, "its header's length is " + length + " in a file of " + size, null);
      }
      String text = StandardCharsets.UTF_8.decode(read(channel, 8, (int) length)).toString();
      Map<String, StoredTensor> tensors = new LinkedHashMap<>();
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

  /** The format allows neither overlaps nor gaps. */
  private static void checkGapless(
      Path file, Map<String, StoredTensor> tensors, long base, long size) {
    long end = base;
    List<Map.Entry<String, StoredTensor>> inOrder =
        tensors.entrySet().stream().sorted(comparingByValue(BY_PLACE)).toList();
    for (Map.Entry<String, StoredTensor> tensor : inOrder) {
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
      // continues until the header is complete or the file ends
    }
    return buffer.flip();
  }

  private static StoredTensor tensor(
      Path file, String name, JsonObject fields, long base, long size) {
    String named = shown(fields.get("dtype").getAsString());
    ElementType type = ElementType.named(named).orElseThrow(() -> unread(file, name, named));
    long[] shape = sizes(fields.getAsJsonArray("shape"));
    if (VisionTensors.ofImages(name) && shape.length > 2) { // a kernel, which isn't read
      long rest = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
      shape = new long[] {shape[0], rest};
    }
    long[] span = sizes(fields.getAsJsonArray("data_offsets"));
    if (!fills(span, shape, type.bytes())) {
      throw damaged(file, "tensor " + shown(name) + " has a shape that its bytes don't fill", null);
    }
    if (span[1] > size - base) {
      throw damaged(
          file, "tensor " + shown(name) + " ends after the file does (is it truncated?)", null);
    }
    return new StoredTensor(file, type, shape, base + span[0]);
  }

  private static UserException unread(Path file, String name, String type) {
    return new UserException(
        file + ": tensor " + shown(name) + " is stored as " + type,
        "use weights in BF16, F16 or F32, or quantized ones whose config.json says how"
            + " (quantization_config).");
  }

  /**
   * Returns tensors that can be used without others, such as scales.
   *
   * @throws UserException naming one that does
   */
  public static Map<String, StoredTensor> dense(Map<String, StoredTensor> tensors) {
    tensors.forEach(
        (name, tensor) -> {
          if (!tensor.type().dense() || tensor.shape().length == 0) {
            throw unread(tensor.file(), name, kind(tensor));
          }
        });
    return tensors;
  }

  private static String kind(StoredTensor tensor) {
    return tensor.type() + (tensor.shape().length == 0 ? " without dimensions" : "");
  }

  private static boolean fills(long[] span, long[] shape, long elementBytes) {
    if (span == null || span.length != 2 || shape == null || shape.length > 2) {
      return false;
    }
    BigInteger bytes = BigInteger.valueOf(elementBytes);
    for (long dimension : shape) {
      bytes = bytes.multiply(BigInteger.valueOf(dimension));
    }
    return bytes.equals(BigInteger.valueOf(span[1] - span[0]));
  }

  /** Returns the numbers of a list; null when one of them is negative, malformed or too large. */
  private static long[] sizes(JsonArray array) {
    long[] sizes = new long[array.size()];
    try {
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = array.get(i).getAsBigDecimal().longValueExact();
      }
    } catch (ArithmeticException | NumberFormatException e) {
      return null;
    }
    return Arrays.stream(sizes).anyMatch(size -> size < 0) ? null : sizes;
  }

  /** Shortens names from a file, which may have any length. */
  public static String shown(String name) {
    return name.length() <= MOST_SHOWN ? name : name.substring(0, MOST_SHOWN) + "...";
  }

  private static UserException damaged(Path file, String problem, Throwable cause) {
    return new UserException(
        file + " is damaged: " + problem, "fetch the file again and compare its size.", cause);
  }
}
