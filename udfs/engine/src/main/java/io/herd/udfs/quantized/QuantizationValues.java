package io.herd.udfs.quantized;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.UserException;
import io.herd.udfs.checkpoint.ConfigValues;
import io.herd.udfs.checkpoint.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Typed values of {@code quantization_config}, or of a group in it. */
record QuantizationValues(Path file, JsonObject json) {
  private static final String READ =
      "use a checkpoint of compressed-tensors (int8, FP8, W4A16), fp8, fbgemm_fp8, gptq, awq (GEMM)"
          + " or bitsandbytes, or the model's weights in bf16, f16 or f32.";

  private ConfigValues values() {
    return new ConfigValues(file, json);
  }

  String text(String key) {
    return values().text(key, "").toLowerCase(Locale.ROOT);
  }

  boolean flag(String key) {
    return values().flag(key);
  }

  int integer(String key, int otherwise) {
    return values().integer(key, otherwise);
  }

  double number(String key) {
    return values().number(key, 0);
  }

  /** A whole number that may be -1, which means all. */
  int size(String key) {
    JsonElement value = json.get(key);
    boolean all = value != null && value.isJsonPrimitive() && value.getAsString().equals("-1");
    return all ? -1 : values().integer(key, -1);
  }

  /** Returns whether a value is present: not an empty list or group. */
  boolean filled(String key) {
    JsonElement value = json.get(key);
    if (value == null || value.isJsonNull()) {
      return false;
    }
    return value.isJsonObject()
        ? value.getAsJsonObject().size() > 0
        : !value.isJsonArray() || value.getAsJsonArray().size() > 0;
  }

  /** The group at a key; an empty one where there is none. */
  QuantizationValues group(String key) {
    JsonElement value = json.get(key);
    boolean there = value != null && value.isJsonObject();
    return new QuantizationValues(file, there ? value.getAsJsonObject() : new JsonObject());
  }

  List<String> texts(String key) {
    return list(key).asList().stream()
        .map(each -> each.isJsonPrimitive() ? each.getAsString() : "")
        .toList();
  }

  /** Sizes of a block, each of them positive; empty where there are none. */
  List<Long> sizes(String key) {
    List<Long> sizes = new ArrayList<>();
    for (JsonElement each : list(key)) {
      JsonObject one = new JsonObject();
      one.add(key, each);
      sizes.add((long) new ConfigValues(file, one).required(key));
    }
    return sizes;
  }

  private JsonArray list(String key) {
    JsonElement value = json.get(key);
    return value != null && value.isJsonArray() ? value.getAsJsonArray() : new JsonArray();
  }

  /** Returns the exception for an unsupported setting. */
  UserException unread(String what) {
    return new UserException(
        file + ": quantization_config says " + Safetensors.shown(what) + ", which isn't read",
        READ);
  }
}
