package io.herd.udfs.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.UserException;
import io.herd.udfs.checkpoint.ConfigValues;
import io.herd.udfs.files.BoundedFile;
import io.herd.udfs.quantized.Quantization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code config.json} and {@code generation_config.json} into a {@link ModelSpec}, both as
 * transformers 4 and as transformers 5 write them, and refuses what would change the maths.
 */
public final class ModelConfigReader {
  private static final int MAX_BYTES = 4 << 20;
  private static final int DEFAULT_POSITIONS = 2048;
  private static final double DEFAULT_EPSILON = 1e-6;
  private static final double DEFAULT_THETA = 10_000;

  private final ConfigValues config;
  private final Llama4 llama4; // null for other Llamas

  private ModelConfigReader(ConfigValues config, Llama4 llama4) {
    this.config = config;
    this.llama4 = llama4;
  }

  /**
   * Reads a model's folder.
   *
   * @throws UserException when a file is missing or damaged, or the model isn't a Llama that Herd
   *     computes exactly
   */
  public static ModelSpec read(Path folder) {
    Path file = folder.resolve("config.json");
    if (!Files.exists(file) && Files.exists(folder.resolve(LoraConfig.FILE))) {
      throw new UserException(
          folder + " holds an adapter (" + LoraConfig.FILE + ") and no model",
          "name it in herd.model.adapter, and the model that it was trained on in herd.model.path"
              + " or herd.model.id.");
    }
    ConfigValues config = new ConfigValues(file, json(file, MAX_BYTES));
    boolean vision = VisionConfig.is(config.json());
    ConfigValues text = vision ? VisionConfig.text(config) : config;
    ModelConfigReader reader =
        Llama4Config.is(text)
            ? new ModelConfigReader(Llama4Config.plain(text), Llama4Config.layers(text))
            : new ModelConfigReader(text, null);
    UnsupportedKeys.check(file, reader.config.json());
    if (Quantization.of(config).isPresent() && vision) {
      throw new UserException(
          "the model in " + folder + " has vision and is quantized",
          "use one of the two: with vision and weights in bfloat16, or quantized without vision.");
    }
    return reader.spec(folder, VisionConfig.imageTokens(config.json()));
  }

  /** How the weights are quantized, if they are. */
  static Optional<Quantization> quantization(Path folder) {
    Path file = folder.resolve("config.json");
    return Quantization.of(new ConfigValues(file, json(file, MAX_BYTES)));
  }

  private ModelSpec spec(Path folder, int imageTokens) {
    int hidden = config.required("hidden_size");
    int heads = config.required("num_attention_heads");
    int vocabulary = config.required("vocab_size");
    ModelSpec spec =
        new ModelSpec(
            config.required("num_hidden_layers"),
            heads,
            config.integer("num_key_value_heads", heads),
            config.integer("head_dim", hidden / heads),
            hidden,
            config.required("intermediate_size"),
            vocabulary,
            config.positive("rms_norm_eps", DEFAULT_EPSILON),
            rope(),
            config.integer("max_position_embeddings", DEFAULT_POSITIONS),
            config.flag("tie_word_embeddings"),
            endIds(folder, vocabulary),
            imageTokens,
            llama4);
    if (spec.headDim() == 0) {
      throw config.broken("hidden_size is less than num_attention_heads", null);
    }
    if (spec.heads() % spec.kvHeads() != 0) {
      throw config.broken("num_attention_heads is no multiple of num_key_value_heads", null);
    }
    if (spec.headDim() % 2 != 0) {
      throw config.broken("head_dim is odd", null);
    }
    return spec;
  }

  /** Under {@code rope_parameters} in transformers 5, {@code rope_scaling} before. */
  private Rope rope() {
    ConfigValues newer = config.object("rope_parameters");
    ConfigValues older = config.object("rope_scaling");
    Rope rope = newer == null ? rope("rope_scaling", older) : rope("rope_parameters", newer);
    if (newer != null && older != null && !rope("rope_scaling", older).equals(rope)) {
      throw config.broken("rope_scaling and rope_parameters contradict each other", null);
    }
    return rope;
  }

  private Rope rope(String key, ConfigValues from) {
    double theta = config.positive("rope_theta", DEFAULT_THETA);
    if (from == null) {
      return new Rope(theta, new Rope.None());
    }
    return new Rope(from.positive("rope_theta", theta), scaling(key, from));
  }

  private Rope.Scaling scaling(String key, ConfigValues from) {
    String type = ropeType(from.json());
    return switch (type) {
      case "default" -> new Rope.None();
      case "linear" -> new Rope.Linear(from.positive("factor"));
      case "llama3" ->
          new Rope.Llama3(
              from.positive("factor"),
              from.positive("low_freq_factor"),
              from.positive("high_freq_factor"),
              from.positive("original_max_position_embeddings"));
      default ->
          throw new UserException(
              config.file() + ": " + key + " of type \"" + type + "\" is not supported",
              "use a Llama whose rope_type is default, linear or llama3.");
    };
  }

  private static String ropeType(JsonObject from) {
    JsonElement type = from.has("rope_type") ? from.get("rope_type") : from.get("type");
    if (type == null || type.isJsonNull()) {
      return "default";
    }
    return type.isJsonPrimitive() ? type.getAsString() : "?";
  }

  /** The tokens that end a text of any model, as far as its folder says. */
  static Set<Integer> endIds(Path folder) {
    Path file = folder.resolve("config.json");
    ConfigValues whole =
        new ConfigValues(file, Files.exists(file) ? json(file, MAX_BYTES) : new JsonObject());
    ConfigValues text = whole.object("text_config"); // of a model with vision
    ConfigValues config = text == null ? whole : text;
    int vocabulary = config.integer("vocab_size", Integer.MAX_VALUE);
    return new ModelConfigReader(config, null).endIds(folder, vocabulary);
  }

  /** Ids outside of the vocabulary, such as -1 for none, can't come up and are left out. */
  private Set<Integer> endIds(Path folder, int vocabulary) {
    Set<Integer> ids = new HashSet<>();
    addIds(config, ids);
    Path generation = folder.resolve("generation_config.json");
    if (Files.exists(generation)) {
      addIds(new ConfigValues(generation, json(generation, MAX_BYTES)), ids);
    }
    ids.removeIf(id -> id < 0 || id >= vocabulary);
    return ids;
  }

  private static void addIds(ConfigValues values, Set<Integer> to) {
    JsonElement from = values.json().get("eos_token_id");
    if (from == null || from.isJsonNull()) {
      return;
    }
    try {
      if (from.isJsonArray()) {
        from.getAsJsonArray().forEach(id -> to.add(id.getAsBigDecimal().intValueExact()));
      } else {
        to.add(from.getAsBigDecimal().intValueExact());
      }
    } catch (RuntimeException e) {
      throw values.broken("eos_token_id is neither a number nor a list of numbers", e);
    }
  }

  static JsonObject json(Path file, int maxBytes) {
    try {
      return BoundedFile.json(file, maxBytes, "fetch the file again.");
    } catch (IOException e) {
      throw new UserException(
          "can't read " + file,
          "name the folder of a model as it lies on the Hugging Face Hub, with config.json,"
              + " tokenizer.json and *.safetensors in it.",
          e);
    }
  }
}
