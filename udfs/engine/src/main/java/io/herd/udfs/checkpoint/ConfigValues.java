package io.herd.udfs.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.UserException;
import java.nio.file.Path;

/**
 * Typed values of one object of a configuration. An absent key and null are the same; a value of
 * another type is refused with the key's name.
 */
public record ConfigValues(Path file, JsonObject json) {

  /** Returns the object at a key, or null when there is none. */
  public ConfigValues object(String key) {
    JsonElement value = json.get(key);
    boolean there = value != null && value.isJsonObject();
    return there ? new ConfigValues(file, value.getAsJsonObject()) : null;
  }

  public boolean flag(String key) {
    JsonElement value = json.get(key);
    if (value == null || value.isJsonNull()) {
      return false;
    }
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isBoolean()) {
      throw broken(key + " is neither true nor false", null);
    }
    return value.getAsBoolean();
  }

  /** Returns a text, with its case unchanged. */
  public String text(String key, String otherwise) {
    JsonElement value = json.get(key);
    if (value == null || value.isJsonNull()) {
      return otherwise;
    }
    if (!value.isJsonPrimitive()) {
      throw broken(key + " is no text", null);
    }
    return Safetensors.shown(value.getAsString());
  }

  public int required(String key) {
    if (integer(key, 0) == 0) {
      throw broken(key + " is missing", null);
    }
    return integer(key, 0);
  }

  public int integer(String key, int otherwise) {
    JsonElement value = json.get(key);
    if (value == null || value.isJsonNull()) {
      return otherwise;
    }
    try {
      int number = value.getAsJsonPrimitive().getAsBigDecimal().intValueExact();
      if (number > 0) {
        return number;
      }
    } catch (RuntimeException e) {
      throw broken(key + " is not a whole number", e);
    }
    throw broken(key + " is not positive", null);
  }

  public double positive(String key) {
    if (!json.has(key)) {
      throw broken(key + " of the rope is missing", null);
    }
    return positive(key, 0);
  }

  public double positive(String key, double otherwise) {
    double value = number(key, otherwise);
    if (value > 0 && value < Double.POSITIVE_INFINITY) {
      return value;
    }
    throw broken(key + " is not a positive number", null);
  }

  public double number(String key, double otherwise) {
    JsonElement value = json.get(key);
    if (value == null || value.isJsonNull()) {
      return otherwise;
    }
    try {
      return value.getAsJsonPrimitive().getAsDouble();
    } catch (RuntimeException e) {
      throw broken(key + " is not a number", e);
    }
  }

  public UserException broken(String problem, Throwable cause) {
    return new UserException(
        file + ": " + problem, "check that the folder is a complete model repository.", cause);
  }
}
