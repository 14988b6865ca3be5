package io.herd.udfs.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads {@code config.json} and {@code generation_config.json} into a {@link ModelSpec}, both as
 * transformers 4 and as transformers 5 write them, and refuses what would change the maths.
 */
public final class ModelConfigReader {
  private static final int DEFAULT_POSITIONS = 2048;
  private static final double DEFAULT_EPSILON = 1e-6;
  private static final double DEFAULT_THETA = 10_000;

  private final Path file;
  private final JsonObject config;

  private ModelConfigReader(Path file, JsonObject config) {
    this.file = file;
    this.config = config;
  }

  /**
   * Reads a model's folder.
   *
   * @throws UserException when a file is missing or damaged, or the model isn't a Llama that Herd
   *     computes exactly
   */
  public static ModelSpec read(Path folder) {
    Path file = folder.resolve("config.json");
    ModelConfigReader reader = new ModelConfigReader(file, json(file));
    UnsupportedKeys.check(file, reader.config);
    return reader.spec(folder);
  }

  private ModelSpec spec(Path folder) {
    int hidden = required("hidden_size");
    int heads = required("num_attention_heads");
    ModelSpec spec =
        new ModelSpec(
            required("num_hidden_layers"),
            heads,
            integer("num_key_value_heads", heads),
            integer("head_dim", hidden / heads),
            hidden,
            required("intermediate_size"),
            required("vocab_size"),
            number(config, "rms_norm_eps", DEFAULT_EPSILON),
            rope(),
            integer("max_position_embeddings", DEFAULT_POSITIONS),
            config.has("tie_word_embeddings") && config.get("tie_word_embeddings").getAsBoolean(),
            endIds(folder));
    if (spec.heads() % spec.kvHeads() != 0) {
      throw broken("num_attention_heads is no multiple of num_key_value_heads", null);
    }
    if (spec.headDim() % 2 != 0) {
      throw broken("head_dim is odd", null);
    }
    return spec;
  }

  private Rope rope() {
    JsonObject parameters = object("rope_parameters"); // transformers 5
    if (parameters != null) {
      double theta = number(parameters, "rope_theta", number(config, "rope_theta", DEFAULT_THETA));
      return new Rope(theta, scaling(parameters));
    }
    return new Rope(number(config, "rope_theta", DEFAULT_THETA), scaling(object("rope_scaling")));
  }

  private Rope.Scaling scaling(JsonObject from) {
    String type = from == null ? "default" : ropeType(from);
    return switch (type) {
      case "default" -> new Rope.None();
      case "linear" -> new Rope.Linear(number(from, "factor", 1));
      case "llama3" ->
          new Rope.Llama3(
              number(from, "factor", 1),
              number(from, "low_freq_factor", 1),
              number(from, "high_freq_factor", 4),
              number(from, "original_max_position_embeddings", 8192));
      default ->
          throw new UserException(
              file + ": rope_type \"" + type + "\" is not supported",
              "use a Llama whose rope_type is default, linear or llama3.");
    };
  }

  private static String ropeType(JsonObject from) {
    JsonElement type = from.has("rope_type") ? from.get("rope_type") : from.get("type");
    return type == null || type.isJsonNull() ? "default" : type.getAsString();
  }

  private Set<Integer> endIds(Path folder) {
    Set<Integer> ids = new HashSet<>();
    addIds(config.get("eos_token_id"), ids);
    Path generation = folder.resolve("generation_config.json");
    if (Files.exists(generation)) {
      addIds(json(generation).get("eos_token_id"), ids);
    }
    return ids;
  }

  private static void addIds(JsonElement from, Set<Integer> to) {
    if (from == null || from.isJsonNull()) {
      return;
    }
    if (from.isJsonArray()) {
      from.getAsJsonArray().forEach(id -> to.add(id.getAsInt()));
    } else {
      to.add(from.getAsInt());
    }
  }

  private JsonObject object(String key) {
    JsonElement value = config.get(key);
    return value != null && value.isJsonObject() ? value.getAsJsonObject() : null;
  }

  private int required(String key) {
    int value = integer(key, 0);
    if (value <= 0) {
      throw broken(key + " is missing or not a positive number", null);
    }
    return value;
  }

  private int integer(String key, int otherwise) {
    JsonElement value = config.get(key);
    if (value == null || value.isJsonNull()) {
      return otherwise;
    }
    try {
      return value.getAsInt();
    } catch (RuntimeException e) {
      throw broken(key + " is not a number", e);
    }
  }

  private static double number(JsonObject from, String key, double otherwise) {
    JsonElement value = from.get(key);
    return value == null || value.isJsonNull() ? otherwise : value.getAsDouble();
  }

  private UserException broken(String problem, Throwable cause) {
    return new UserException(
        file + ": " + problem, "check that the folder is a complete model repository.", cause);
  }

  static JsonObject json(Path file) {
    try {
      return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    } catch (IOException e) {
      throw new UserException(
          "can't read " + file,
          "name the folder of a model as it lies on the Hugging Face Hub, with config.json,"
              + " tokenizer.json and *.safetensors in it.",
          e);
    } catch (JsonParseException | IllegalStateException e) {
      throw new UserException(file + " is not a JSON object", "fetch the file again.", e);
    }
  }
}
