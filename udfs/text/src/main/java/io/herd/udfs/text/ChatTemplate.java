package io.herd.udfs.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.files.BoundedFile;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A model's chat template and the special tokens that it may use.
 *
 * @param source the template, in Jinja
 * @param toolSource the template for chats with tools, or null where {@code source} is it
 * @param bosToken what {@code bos_token} stands for, or null
 * @param eosToken what {@code eos_token} stands for, or null
 * @param otherTokens further variables, such as {@code pad_token}
 */
public record ChatTemplate(
    String source,
    String toolSource,
    String bosToken,
    String eosToken,
    Map<String, String> otherTokens)
    implements Serializable {
  private static final String DEFAULT = "default";
  private static final String TOOL_USE = "tool_use";
  private static final int MAX_BYTES = 16 << 20;
  private static final int MOST_CHARS = 1 << 20;
  private static final String REMEDY = "Download the model again.";

  public ChatTemplate {
    otherTokens = Map.copyOf(otherTokens);
  }

  /** Creates one template for all chats. */
  public ChatTemplate(
      String source, String bosToken, String eosToken, Map<String, String> otherTokens) {
    this(source, null, bosToken, eosToken, otherTokens);
  }

  /** Returns the template that transformers uses when tools are given. */
  ChatTemplate forTools() {
    return toolSource == null
        ? this
        : new ChatTemplate(toolSource, bosToken, eosToken, otherTokens);
  }

  /** Returns the sources of all templates of the model. */
  String allSources() {
    return toolSource == null ? source : source + toolSource;
  }

  /**
   * Reads {@code chat_template.jinja}, otherwise the template in {@code tokenizer_config.json}.
   *
   * @return empty when the model has none, as base models don't
   * @throws UserException when a file is damaged
   * @throws SystemException when a file can't be read
   */
  public static Optional<ChatTemplate> read(Path modelFolder) {
    Path path = modelFolder.resolve("tokenizer_config.json");
    JsonObject config = config(path);
    Path own = modelFolder.resolve("chat_template.jinja");
    JsonElement templates = config.get("chat_template");
    boolean file = Files.exists(own);
    String source = file ? text(own) : source(path, templates, DEFAULT);
    if (source == null) {
      return Optional.empty();
    }
    String toolSource = file ? null : source(path, templates, TOOL_USE);
    checkLength(modelFolder, source);
    checkLength(modelFolder, toolSource == null ? "" : toolSource);
    Map<String, String> tokens = new TreeMap<>();
    for (Map.Entry<String, JsonElement> entry : config.entrySet()) {
      String token = token(entry.getValue());
      if (entry.getKey().endsWith("_token") && token != null) {
        tokens.put(entry.getKey(), token);
      }
    }
    String bos = tokens.remove("bos_token");
    String eos = tokens.remove("eos_token");
    boolean same = source.equals(toolSource);
    return Optional.of(new ChatTemplate(source, same ? null : toolSource, bos, eos, tokens));
  }

  private static void checkLength(Path modelFolder, String source) {
    if (source.length() > MOST_CHARS) {
      throw new UserException(
          "the chat template in " + modelFolder + " has " + source.length() + " characters",
          "check where the model comes from; those of real models have some thousand.");
    }
  }

  private static JsonObject config(Path path) {
    if (!Files.exists(path)) {
      return new JsonObject();
    }
    try {
      return BoundedFile.json(path, MAX_BYTES, REMEDY);
    } catch (IOException e) {
      throw new SystemException("Can't read " + path, e);
    }
  }

  private static String text(Path path) {
    try {
      return BoundedFile.text(path, MAX_BYTES);
    } catch (IOException e) {
      throw new SystemException("Can't read " + path, e);
    }
  }

  /** Returns the template itself, or the named one of several. */
  private static String source(Path path, JsonElement template, String name) {
    if (template == null || template.isJsonNull()) {
      return null;
    }
    try {
      if (template.isJsonPrimitive()) {
        return template.getAsString();
      }
      for (JsonElement named : template.getAsJsonArray()) {
        if (name.equals(named.getAsJsonObject().get("name").getAsString())) {
          return named.getAsJsonObject().get("template").getAsString();
        }
      }
      return null;
    } catch (RuntimeException e) { // Gson's are many
      throw new UserException(
          path + " has a chat_template that is neither a text nor a list of named ones", REMEDY, e);
    }
  }

  /** Reads a token, which is a string or an object with its content. */
  private static String token(JsonElement value) {
    JsonElement content = value.isJsonObject() ? value.getAsJsonObject().get("content") : value;
    boolean string = content != null && content.isJsonPrimitive();
    return string && content.getAsJsonPrimitive().isString() ? content.getAsString() : null;
  }
}
