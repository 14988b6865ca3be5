package io.herd.udfs.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.herd.udfs.UserException;
import io.herd.udfs.checkpoint.Safetensors;
import io.herd.udfs.hub.Architecture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys of {@code config.json} that would change the maths in a way that the engine doesn't
 * support.
 */
final class UnsupportedKeys {
  private static final Set<JsonElement> CAUSAL =
      Set.of(new JsonPrimitive("LlamaForCausalLM"), new JsonPrimitive("LlamaModel"));

  private static final Set<String> ONE = Set.of("1", "1.0");

  /** Allowed values besides an absent key, null and false. */
  private static final Map<String, Set<String>> NEUTRAL =
      Map.ofEntries(
          Map.entry("model_type", Set.of("llama")),
          Map.entry("hidden_act", Set.of("silu", "swish")),
          Map.entry("partial_rotary_factor", ONE),
          Map.entry("attention_multiplier", Set.of()),
          Map.entry("embedding_multiplier", ONE),
          Map.entry("residual_multiplier", ONE),
          Map.entry("logits_scaling", ONE),
          Map.entry("logit_scale", ONE));

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
          "vision_config",
          "text_config");

  private UnsupportedKeys() {}

  static void check(Path file, JsonObject config) {
    for (Map.Entry<String, Set<String>> key : NEUTRAL.entrySet()) {
      JsonElement value = config.get(key.getKey());
      if (!off(value)
          && !(value.isJsonPrimitive() && key.getValue().contains(value.getAsString()))) {
        throw unsupported(file, key.getKey(), value);
      }
    }
    for (String key : MUST_BE_OFF) {
      if (!off(config.get(key))) {
        throw unsupported(file, key, config.get(key));
      }
    }
    checkArchitecture(file, config.get("architectures"));
    checkRope(file, "rope_parameters", config);
    checkRope(file, "rope_scaling", config);
  }

  /** Other heads, such as classifiers, have the same layers; LlamaModel is saved without a head. */
  private static void checkArchitecture(Path file, JsonElement names) {
    boolean causal =
        off(names)
            || (names.isJsonArray()
                && names.getAsJsonArray().asList().stream().allMatch(CAUSAL::contains));
    if (!causal) {
      throw unsupported(file, "architectures", names);
    }
  }

  private static void checkRope(Path file, String key, JsonObject config) {
    JsonElement rope = config.get(key);
    if (off(rope)) {
      return;
    }
    if (!rope.isJsonObject()) {
      throw unsupported(file, key, rope);
    }
    for (Map.Entry<String, JsonElement> field : rope.getAsJsonObject().entrySet()) {
      if (field.getValue().isJsonObject()) { // one for each kind of layer
        throw unsupported(file, key, rope);
      }
      boolean partial = field.getKey().equals("partial_rotary_factor");
      if (partial && !ONE.contains(field.getValue().toString()) && !off(field.getValue())) {
        throw unsupported(file, field.getKey(), field.getValue());
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
    String shown = value.isJsonObject() ? "{...}" : Safetensors.shown(value.toString());
    String how =
        key.equals("model_type") && value.isJsonPrimitive()
            ? ": it " + Architecture.difference(value.getAsString())
            : "";
    return new UserException(
        file
            + ": "
            + key
            + " = "
            + shown
            + " changes the model's maths in a way Herd doesn't know"
            + how,
        "use a model of the Llama family (Llama 2, 3, 3.1, 3.2, 3.3, SmolLM2, TinyLlama) with its"
            + " weights in bf16, f16 or f32.");
  }
}
