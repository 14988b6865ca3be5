package io.herd.udfs.hub;

import java.util.Map;

/** Architectures by {@code model_type} in {@code config.json}, other than {@code llama}. */
public final class Architecture {
  public static final String LLAMA = "llama";

  /** Llama 3.2 with vision, whose text model is a Llama. */
  public static final String VISION = "mllama";

  /** Llama 4 with vision, whose text model may be dense. */
  public static final String LLAMA4 = "llama4";

  private static final String EXPERTS = "is a mixture of experts";

  private static final Map<String, String> DIFFERENCES =
      Map.ofEntries(
          Map.entry(LLAMA4, "is Llama 4, a mixture of experts with images but for Llama Guard 4"),
          Map.entry("llama4_text", "is Llama 4, a mixture of experts"),
          Map.entry(
              "mistral", "attends in a sliding window; converted to LlamaForCausalLM it runs"),
          Map.entry("mixtral", EXPERTS),
          Map.entry("qwen2", "adds biases to queries, keys and values"),
          Map.entry("qwen2_moe", EXPERTS),
          Map.entry("qwen3", "has norms on queries and keys"),
          Map.entry("qwen3_moe", EXPERTS),
          Map.entry("gemma", "scales embeddings, and its norms add 1"),
          Map.entry("gemma2", "has norms behind each layer, and caps logits"),
          Map.entry("gemma3_text", "has norms behind each layer and on queries and keys"),
          Map.entry("phi3", "stores q, k and v as one matrix"),
          Map.entry("deberta-v2", "is a classifier and no decoder"));

  private Architecture() {}

  /** Returns whether the architecture can process texts. */
  static boolean runs(String modelType) {
    return modelType.equals(LLAMA) || modelType.equals(VISION);
  }

  /** Describes the difference from a Llama, as the end of a sentence. */
  public static String difference(String modelType) {
    return DIFFERENCES.getOrDefault(modelType, "isn't Llama's");
  }
}
