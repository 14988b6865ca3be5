package io.herd.udfs.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.herd.udfs.UserException;
import io.herd.udfs.checkpoint.ConfigValues;
import io.herd.udfs.hub.Architecture;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Reads the config.json of Llama 4's text model: a Llama with other attention, as long as no layer
 * is a mixture of experts. Absent keys have the values that they have in transformers.
 */
final class Llama4Config {
  private static final String TYPE = "llama4_text";

  /** Defaults of keys that a Llama has, too, with other defaults. */
  private static final Map<String, JsonPrimitive> DEFAULTS =
      Map.of(
          "num_key_value_heads", new JsonPrimitive(8),
          "head_dim", new JsonPrimitive(128),
          "intermediate_size_mlp", new JsonPrimitive(16_384),
          "rms_norm_eps", new JsonPrimitive(1e-5),
          "rope_theta", new JsonPrimitive(500_000),
          "max_position_embeddings", new JsonPrimitive(131_072));

  /** Keys that are read here, or that describe experts, of which there are none. */
  private static final List<String> READ =
      List.of(
          "use_qk_norm",
          "attention_chunk_size",
          "no_rope_layers",
          "layer_types",
          "num_local_experts",
          "architectures");

  private static final int MOST_LAYERS = 10_000;
  private static final int DEFAULT_CHUNK = 8192;
  private static final int DEFAULT_INTERVAL = 4;
  private static final int DEFAULT_FLOOR_SCALE = 8192;
  private static final double DEFAULT_ATTN_SCALE = 0.1;

  private final ConfigValues text;
  private final int layers;

  private Llama4Config(ConfigValues text) {
    this.text = text;
    this.layers = text.required("num_hidden_layers");
    if (layers > MOST_LAYERS) {
      throw text.broken("num_hidden_layers is " + layers, null);
    }
  }

  static boolean is(ConfigValues text) {
    JsonElement type = text.json().get("model_type");
    return type != null && type.isJsonPrimitive() && type.getAsString().equals(TYPE);
  }

  /**
   * Returns the layers.
   *
   * @throws UserException when some are mixtures of experts
   */
  static Llama4 layers(ConfigValues text) {
    return new Llama4Config(text).read();
  }

  /** Returns the other keys, as a Llama's. */
  static ConfigValues plain(ConfigValues text) {
    JsonObject plain = text.json().deepCopy();
    DEFAULTS.forEach((key, value) -> plain.asMap().putIfAbsent(key, value));
    plain.add("intermediate_size", plain.get("intermediate_size_mlp"));
    READ.forEach(plain::remove);
    plain.addProperty("model_type", Architecture.LLAMA);
    return new ConfigValues(text.file(), plain);
  }

  private Llama4 read() {
    requireDense();
    List<Boolean> rotated = rotated();
    requireTypes(rotated);
    return new Llama4(
        rotated,
        chunk(),
        on("use_qk_norm"),
        text.integer("floor_scale", DEFAULT_FLOOR_SCALE),
        on("attn_temperature_tuning") ? text.number("attn_scale", DEFAULT_ATTN_SCALE) : 0);
  }

  private void requireDense() {
    JsonElement given = text.json().get("moe_layers");
    boolean said = given != null && !given.isJsonNull();
    boolean dense =
        said
            ? given.isJsonArray() && given.getAsJsonArray().isEmpty()
            : text.integer("interleave_moe_layer_step", 1) > layers;
    if (!dense) {
      throw new UserException(
          text.file()
              + ": moe_layers makes layers of Llama 4 mixtures of experts, which Herd doesn't"
              + " compute",
          "use a dense model, such as Llama Guard 4 or Llama 3.3, or serve this one with vLLM.");
    }
  }

  /**
   * Llama Guard 4's file has null: its prompts are shorter than the chunks that it was trained
   * with.
   */
  private int chunk() {
    boolean none =
        text.json().has("attention_chunk_size")
            && text.json().get("attention_chunk_size").isJsonNull();
    return none ? Integer.MAX_VALUE : text.integer("attention_chunk_size", DEFAULT_CHUNK);
  }

  private List<Boolean> rotated() {
    List<JsonElement> given = list("no_rope_layers");
    if (given.isEmpty()) {
      int interval = text.integer("no_rope_layer_interval", DEFAULT_INTERVAL);
      return IntStream.rangeClosed(1, layers).mapToObj(layer -> layer % interval != 0).toList();
    }
    try {
      return IntStream.range(0, layers).mapToObj(i -> given.get(i).getAsInt() != 0).toList();
    } catch (RuntimeException e) {
      throw text.broken("no_rope_layers is no list of a number for each layer", e);
    }
  }

  /** The rotated layers determine the chunked ones, unless the file says otherwise. */
  private void requireTypes(List<Boolean> rotated) {
    List<JsonElement> types = list("layer_types");
    for (int i = 0; i < types.size(); i++) {
      String type = i < layers && rotated.get(i) ? "chunked_attention" : "full_attention";
      if (!types.get(i).equals(new JsonPrimitive(type))) {
        throw text.broken("layer_types and no_rope_layers contradict each other", null);
      }
    }
  }

  private List<JsonElement> list(String key) {
    JsonElement value = text.json().get(key);
    if (value == null || value.isJsonNull()) {
      return List.of();
    }
    if (!value.isJsonArray()) {
      throw text.broken(key + " is no list", null);
    }
    JsonArray list = value.getAsJsonArray();
    return list.asList();
  }

  /** Early files have numbers here. */
  private boolean on(String key) {
    JsonElement value = text.json().get(key);
    if (value == null) {
      return true;
    }
    boolean number = value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber();
    return number ? value.getAsDouble() != 0 : text.flag(key);
  }
}
