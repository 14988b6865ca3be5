package io.herd.udfs.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/**
 * Reads values that may be missing or have another type than expected, because the Hub's answers
 * evolve.
 */
final class Json {
  private Json() {}

  static String text(JsonObject from, String key) {
    JsonElement value = from.get(key);
    return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
  }

  static boolean flag(JsonObject from, String key) {
    return text(from, key).equals("true");
  }

  static JsonObject object(JsonObject from, String key) {
    JsonElement value = from.get(key);
    return value != null && value.isJsonObject() ? value.getAsJsonObject() : new JsonObject();
  }
}
