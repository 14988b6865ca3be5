package io.herd.udfs.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys of {@code config.json} that would change the maths in a way the engine doesn't follow.
 */
final class UnsupportedKeys {
  /** Allowed values besides an absent key, null and false. */
  private static final Map<String, Set<String>> NEUTRAL =
      Map.ofEntries(
          Map.entry("model_type", Set.of("llama")),
          Map.entry("hidden_act", Set.of("silu", "swish")),
          Map.entry("partial_rotary_factor", Set.of("1", "1.0")),
          Map.entry("attention_multiplier", Set.of()),
          Map.entry("embedding_multiplier", Set.of("1", "1.0")),
          Map.entry("residual_multiplier", Set.of("1", "1.0")),
          Map.entry("logits_scaling", Set.of("1", "1.0")),
          Map.entry("logit_scale", Set.of("1", "1.0")));

  /** Keys that must be absent, null, false or zero. */
  private static final List<String> MUST_BE_OFF =
      List.of(
          "attention_bias",
          "mlp_bias",
          "qkv_bias",
          "use_qk_norm",
          "qk_layernorm",
          "qk_norm",
          "rope_interleaved",
          "sliding_window",
          "attention_chunk_size",
          "no_rope_layers",
          "clip_qkv",
          "final_logit_softcapping",
          "attn_logit_softcapping",
          "query_pre_attn_scalar",
          "parallel_attn",
          "alibi",
          "num_local_experts",
          "num_experts",
          "n_routed_experts",
          "quantization_config",
          "vision_config",
          "text_config");

  private UnsupportedKeys() {}

  static void check(Path file, JsonObject config) {
    for (Map.Entry<String, Set<String>> key : NEUTRAL.entrySet()) {
      JsonElement value = config.get(key.getKey());
      if (!off(value) && !key.getValue().contains(value.getAsString())) {
        throw unsupported(file, key.getKey(), value);
      }
    }
    for (String key : MUST_BE_OFF) {
      if (!off(config.get(key))) {
        throw unsupported(file, key, config.get(key));
      }
    }
    JsonElement rope = config.get("rope_parameters");
    if (rope != null && rope.isJsonObject()) {
      JsonElement partial = rope.getAsJsonObject().get("partial_rotary_factor");
      if (!off(partial) && partial.getAsDouble() != 1) {
        throw unsupported(file, "partial_rotary_factor", partial);
      }
    }
  }

  private static boolean off(JsonElement value) {
    if (value == null || value.isJsonNull()) {
      return true;
    }
    return value.isJsonPrimitive() && Set.of("false", "0", "0.0").contains(value.getAsString());
  }

  private static UserException unsupported(Path file, String key, JsonElement value) {
    String shown = value.isJsonPrimitive() ? value.toString() : "{...}";
    return new UserException(
        file + ": " + key + " = " + shown + " changes the model's maths in a way Herd doesn't know",
        "use a model of the Llama family (Llama 2, 3, 3.1, 3.2, 3.3, SmolLM2, TinyLlama) with its"
            + " weights in bf16, f16 or f32.");
  }
}
