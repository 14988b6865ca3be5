package io.herd.udfs.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/** Reads what may be absent, or of another kind than it once was: the Hub's answers grow. */
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
