package io.herd.udfs.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.checkpoint.ConfigValues;
import io.herd.udfs.hub.Architecture;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What config.json of a Llama with vision says of its text model. Llama 3.2's is a Llama without
 * the layers of cross-attention, which do nothing where there is no image.
 */
final class VisionConfig {
  private static final int IMAGE_TOKENS = 8;

  /** The default layers, as in transformers. */
  private static final Set<Integer> CROSS = Set.of(3, 8, 13, 18, 23, 28, 33, 38);

  /** Keys that stand beside the text model's and mean it, too. */
  private static final List<String> OUTER = List.of("quantization_config", "tie_word_embeddings");

  private VisionConfig() {}

  static boolean is(JsonObject config) {
    return is(config, Architecture.VISION) || is(config, Architecture.LLAMA4);
  }

  private static boolean is(JsonObject config, String architecture) {
    JsonElement type = config.get("model_type");
    return type != null && type.isJsonPrimitive() && type.getAsString().equals(architecture);
  }

  /** Rows of the embedding behind those of the vocabulary; the first stands for an image. */
  static int imageTokens(JsonObject config) {
    return is(config, Architecture.VISION) ? IMAGE_TOKENS : 0;
  }

  /** The text model's, as a Llama's, or as Llama 4's. */
  static ConfigValues text(ConfigValues config) {
    ConfigValues from = config.object("text_config");
    if (from == null) {
      throw config.broken("text_config is missing", null);
    }
    JsonObject text = from.json().deepCopy();
    for (String key : OUTER) {
      if (config.json().has(key) && !text.has(key)) {
        text.add(key, config.json().get(key));
      }
    }
    if (is(config.json(), Architecture.LLAMA4)) {
      return new ConfigValues(config.file(), text);
    }
    long cross = crossLayers(from).stream().filter(layer -> layer < layers(from)).count();
    text.addProperty("num_hidden_layers", layers(from) - cross);
    text.addProperty("model_type", Architecture.LLAMA);
    text.remove("architectures");
    return new ConfigValues(config.file(), text);
  }

  private static int layers(ConfigValues text) {
    return text.required("num_hidden_layers");
  }

  private static Set<Integer> crossLayers(ConfigValues text) {
    JsonElement given = text.json().get("cross_attention_layers");
    if (given == null || given.isJsonNull()) {
      return CROSS;
    }
    Set<Integer> layers = new TreeSet<>();
    try {
      JsonArray list = given.getAsJsonArray();
      list.forEach(layer -> layers.add(layer.getAsBigDecimal().intValueExact()));
      return layers;
    } catch (RuntimeException e) {
      throw text.broken("cross_attention_layers is no list of whole numbers", e);
    }
  }
}
