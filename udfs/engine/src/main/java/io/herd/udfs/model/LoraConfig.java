package io.herd.udfs.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.UserException;
import io.herd.udfs.checkpoint.ConfigValues;
import io.herd.udfs.checkpoint.Safetensors;
import io.herd.udfs.grammar.NameExpressions;
import io.herd.udfs.hub.NeededFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * PEFT's {@code adapter_config.json}: the modules that a LoRA adapter changes, and by how much.
 * Names and patterns mean what they mean to PEFT.
 *
 * @param values of the file
 * @param expressions those in it
 */
record LoraConfig(ConfigValues values, NameExpressions expressions) {
  static final String FILE = NeededFiles.ADAPTER_CONFIG;

  private static final int MAX_BYTES = 4 << 20;
  private static final int DEFAULT_RANK = 8;
  private static final double DEFAULT_ALPHA = 8;
  private static final int MOST_PATTERNS = 10_000;
  private static final String ALL_LINEAR = "all-linear";

  /**
   * Reads an adapter's folder.
   *
   * @throws UserException when the file is missing or damaged, or asks for what isn't LoRA's sum
   */
  static LoraConfig read(Path folder) {
    Path file = folder.resolve(FILE);
    JsonObject json = ModelConfigReader.json(file, MAX_BYTES);
    LoraKeys.check(file, json);
    LoraConfig config =
        new LoraConfig(new ConfigValues(file, json), new NameExpressions(file.toString()));
    int patterns = config.patterns("rank_pattern").size() + config.patterns("alpha_pattern").size();
    if (patterns > MOST_PATTERNS) {
      throw config.broken("has " + patterns + " patterns, and " + MOST_PATTERNS + " are the most");
    }
    return config;
  }

  /** Returns the base model, as the trainer named it: an id or a path. */
  Optional<String> base() {
    JsonElement name = values.json().get("base_model_name_or_path");
    return name != null && name.isJsonPrimitive() && !name.getAsString().isBlank()
        ? Optional.of(Safetensors.shown(name.getAsString()))
        : Optional.empty();
  }

  boolean dora() {
    return values.flag("use_dora");
  }

  /** Returns the modules that the adapter replaces. */
  List<String> saved() {
    return texts("modules_to_save");
  }

  /**
   * Returns whether the configuration says that the adapter changes a module, such as {@code
   * model.layers.0.mlp.up_proj}.
   */
  boolean targets(String module) {
    return !listed("exclude_modules", module) && target(module);
  }

  private boolean target(String module) {
    JsonElement targets = values.json().get("target_modules");
    if (targets != null && targets.isJsonPrimitive()) {
      return targets.getAsString().equals(ALL_LINEAR)
          ? !module.equals("lm_head")
          : expressions.match(targets.getAsString(), module);
    }
    return listed("target_modules", module)
        && new LayerChoice(layers(), texts("layers_pattern"), expressions).has(module);
  }

  /** A text is a regular expression for the whole name; a list has names or suffixes of names. */
  private boolean listed(String key, String module) {
    JsonElement value = values.json().get(key);
    if (value != null && value.isJsonPrimitive() && !value.getAsString().isEmpty()) {
      return expressions.match(value.getAsString(), module);
    }
    return texts(key).stream().anyMatch(name -> module.equals(name) || module.endsWith("." + name));
  }

  /** Returns the factor of {@code b * a}. */
  double scale(String module, long rank) {
    double wanted = patterned("rank_pattern", module, values.integer("r", DEFAULT_RANK));
    if (wanted != rank) {
      throw broken("gives " + module + " the rank " + wanted + ", and its weights have " + rank);
    }
    double alpha = patterned("alpha_pattern", module, alpha());
    if (!Double.isFinite(alpha)) {
      throw broken("gives " + module + " the alpha " + alpha);
    }
    return values.flag("use_rslora") ? alpha / Math.sqrt((double) rank) : alpha / (double) rank;
  }

  private double alpha() {
    return values.number("lora_alpha", DEFAULT_ALPHA);
  }

  /** Returns the value of the first matching pattern, in the file's order. */
  private double patterned(String key, String module, double otherwise) {
    ConfigValues patterns = values.object(key);
    for (String pattern : patterns(key).keySet()) {
      if (expressions.match("(.*\\.)?(" + pattern + ")", module)) {
        return patterns.number(pattern, otherwise);
      }
    }
    return otherwise;
  }

  private Map<String, JsonElement> patterns(String key) {
    ConfigValues patterns = values.object(key);
    if (patterns == null && values.json().has(key) && !values.json().get(key).isJsonNull()) {
      throw broken(key + " is no group of patterns");
    }
    return patterns == null ? Map.of() : patterns.json().asMap();
  }

  private List<String> texts(String key) {
    return elements(key).stream().map(JsonElement::getAsString).toList();
  }

  private List<Integer> layers() {
    try {
      return elements("layers_to_transform").stream()
          .map(each -> each.getAsBigDecimal().intValueExact())
          .toList();
    } catch (ArithmeticException | NumberFormatException e) {
      throw values.broken("layers_to_transform holds what is no number of a layer", e);
    }
  }

  /** Returns the elements of a list, or a single value. */
  private List<JsonElement> elements(String key) {
    JsonElement value = values.json().get(key);
    if (value == null || value.isJsonNull()) {
      return List.of();
    }
    List<JsonElement> all = value.isJsonArray() ? value.getAsJsonArray().asList() : List.of(value);
    if (!all.stream().allMatch(JsonElement::isJsonPrimitive)) {
      throw broken(key + " is no list of names or numbers");
    }
    return all;
  }

  UserException broken(String problem) {
    return new UserException(
        values.file() + ": " + problem,
        "take " + FILE + " and the weights as one call of PEFT's save_pretrained wrote them.");
  }
}
