package io.herd.udfs.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.UserException;
import io.herd.udfs.checkpoint.Safetensors;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * The keys of {@code adapter_config.json}. One that isn't known may change what the adapter adds,
 * so it is refused unless it is off.
 */
final class LoraKeys {
  /** Keys that {@link LoraConfig} reads. */
  private static final Set<String> READ =
      Set.of(
          "r",
          "lora_alpha",
          "use_rslora",
          "use_dora",
          "target_modules",
          "exclude_modules",
          "rank_pattern",
          "alpha_pattern",
          "layers_to_transform",
          "layers_pattern",
          "modules_to_save",
          "base_model_name_or_path");

  /**
   * Keys about training, and about other layers than a Llama's: it has no biases, and all of its
   * layers store their weights as {@code [out, in]}.
   */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "auto_mapping",
          "bias",
          "corda_config",
          "ensure_weight_tying",
          "eva_config",
          "fan_in_fan_out",
          "inference_mode",
          "loftq_config",
          "lora_dropout",
          "lora_ga_config",
          "megatron_core",
          "peft_version",
          "qalora_group_size",
          "revision",
          "runtime_config");

  /** Allowed values besides those that mean off. */
  private static final Map<String, Set<String>> NEUTRAL =
      Map.of(
          "peft_type", Set.of("LORA"),
          "task_type", Set.of("CAUSAL_LM"),
          "init_lora_weights", Set.of("true", "gaussian", "eva", "orthogonal"));

  /** The spellings of {@code false}, an empty list and similar values. */
  private static final Set<String> OFF = Set.of("null", "false", "0", "0.0", "\"\"", "[]", "{}");

  private LoraKeys() {}

  static void check(Path file, JsonObject config) {
    if (!config.has("peft_type")) {
      throw new UserException(
          file + " doesn't say which kind of adapter it is (peft_type)",
          "name a folder that PEFT's save_pretrained wrote.");
    }
    config.asMap().forEach((key, value) -> check(file, Safetensors.shown(key), value));
  }

  private static void check(Path file, String key, JsonElement value) {
    boolean fine =
        READ.contains(key)
            || WITHOUT_EFFECT.contains(key)
            || OFF.contains(value.toString())
            || (value.isJsonPrimitive()
                && NEUTRAL.getOrDefault(key, Set.of()).contains(value.getAsString()));
    if (!fine) {
      throw new UserException(
          file
              + ": "
              + key
              + " = "
              + Safetensors.shown(value.toString())
              + " isn't what Herd merges: LoRA's sum, with rslora, DoRA and modules_to_save",
          "merge the adapter with PEFT (merge_and_unload), save the whole model, and name that in"
              + " herd.model.path; adapters that change the model as they begin (PiSSA, OLoRA,"
              + " CorDA) can be saved as plain LoRA: path_initial_model_for_weight_conversion.");
    }
  }
}
