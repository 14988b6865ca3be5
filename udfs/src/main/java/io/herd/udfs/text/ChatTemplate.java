package io.herd.udfs.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A model's chat template and the special tokens that it may name.
 *
 * @param source the template, in Jinja
 * @param bosToken what {@code bos_token} stands for, or null
 * @param eosToken what {@code eos_token} stands for, or null
 * @param otherTokens further variables, such as {@code pad_token}
 */
public record ChatTemplate(
    String source, String bosToken, String eosToken, Map<String, String> otherTokens)
    implements Serializable {
  public ChatTemplate {
    otherTokens = Map.copyOf(otherTokens);
  }

  /**
   * Reads {@code chat_template.jinja}, else the one in {@code tokenizer_config.json}.
   *
   * @return empty when the model has none, as base models don't
   * @throws UserException when a file is damaged
   * @throws SystemException when a file can't be read
   */
  public static Optional<ChatTemplate> read(Path modelFolder) {
    JsonObject config = config(modelFolder.resolve("tokenizer_config.json"));
    Path own = modelFolder.resolve("chat_template.jinja");
    String source = Files.exists(own) ? text(own) : source(config.get("chat_template"));
    if (source == null) {
      return Optional.empty();
    }
    Map<String, String> tokens = new TreeMap<>();
    for (Map.Entry<String, JsonElement> entry : config.entrySet()) {
      String token = token(entry.getValue());
      if (entry.getKey().endsWith("_token") && token != null) {
        tokens.put(entry.getKey(), token);
      }
    }
    String bos = tokens.remove("bos_token");
    String eos = tokens.remove("eos_token");
    return Optional.of(new ChatTemplate(source, bos, eos, tokens));
  }

  private static JsonObject config(Path path) {
    if (!Files.exists(path)) {
      return new JsonObject();
    }
    try {
      return JsonParser.parseString(text(path)).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new UserException(path + " isn't a JSON object.", "Download the model again.", e);
    }
  }

  private static String text(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new SystemException("Can't read " + path, e);
    }
  }

  /** The template itself, or the one named default of several. */
  private static String source(JsonElement template) {
    if (template == null || template.isJsonNull()) {
      return null;
    }
    if (template.isJsonPrimitive()) {
      return template.getAsString();
    }
    for (JsonElement named : template.getAsJsonArray()) {
      if ("default".equals(named.getAsJsonObject().get("name").getAsString())) {
        return named.getAsJsonObject().get("template").getAsString();
      }
    }
    return null;
  }

  /** A token is written as a string, or as an object with its content. */
  private static String token(JsonElement value) {
    JsonElement content = value.isJsonObject() ? value.getAsJsonObject().get("content") : value;
    boolean string = content != null && content.isJsonPrimitive();
    return string && content.getAsJsonPrimitive().isString() ? content.getAsString() : null;
  }
}
