package io.herd.udfs.quantized;

import com.google.gson.JsonElement;
import io.herd.udfs.UserException;
import io.herd.udfs.checkpoint.ConfigValues;
import io.herd.udfs.checkpoint.Safetensors;
import io.herd.udfs.checkpoint.StoredTensor;
import io.herd.udfs.checkpoint.WeightTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** How a checkpoint's matrices are quantized, as {@code config.json} says it. */
public final class Quantization {
  static final String KEY = "quantization_config";

  /** The key of compressed-tensors before there was a common one. */
  private static final String OLD_KEY = "compression_config";

  /** Scales of a cache in few bits, which the engine's isn't. */
  private static final Pattern OF_CACHE =
      Pattern.compile(".*\\.self_attn\\.[qkv]+_(scale|zero_point)");

  private final Format format;

  private Quantization(Format format) {
    this.format = format;
  }

  /**
   * Reads it.
   *
   * @param config the model's whole configuration
   * @return empty where the weights are stored as they are
   * @throws UserException naming a format that isn't read
   */
  public static Optional<Quantization> of(ConfigValues config) {
    JsonElement value =
        on(config.json().get(KEY)) ? config.json().get(KEY) : config.json().get(OLD_KEY);
    if (!on(value)) {
      return Optional.empty();
    }
    if (!value.isJsonObject()) {
      throw config.broken(KEY + " is no group of settings", null);
    }
    return Optional.of(
        new Quantization(
            Formats.of(new QuantizationValues(config.file(), value.getAsJsonObject()))));
  }

  private static boolean on(JsonElement value) {
    return value != null
        && !value.isJsonNull()
        && !(value.isJsonPrimitive() && value.getAsString().equals("false"));
  }

  /** Describes the format: {@code compressed-tensors W4A16}. */
  public String words() {
    return format.words();
  }

  /**
   * A checkpoint's tensors, with a dense weight in the place of those that one is stored as.
   *
   * @throws UserException naming a tensor that isn't what the format has
   */
  public Map<String, WeightTensor> dense(Path folder, Map<String, StoredTensor> stored)
      throws IOException {
    Map<String, StoredTensor> left = new TreeMap<>(stored);
    Map<String, WeightTensor> dense = new TreeMap<>();
    for (String module : modules(stored.keySet())) {
      WeightTensor weight = format.weight(new Parts(folder, words(), module, left));
      dense.put(module + ".weight", weight);
    }
    left.keySet().removeIf(name -> OF_CACHE.matcher(name).matches());
    Safetensors.dense(left).forEach(dense::putIfAbsent);
    return dense;
  }

  private Set<String> modules(Set<String> names) {
    Set<String> modules = new TreeSet<>();
    for (String name : names) {
      for (String marker : format.markers()) {
        if (name.endsWith("." + marker)) {
          modules.add(name.substring(0, name.length() - marker.length() - 1));
        }
      }
    }
    return modules;
  }
}
