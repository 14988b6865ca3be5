package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sizes that meta-llama's configurations have, and the weights that come of them. */
class CatalogueTest {
  @TempDir private Path folder;

  /** Weights as the models' files have them; factor is of llama3's scaling, 0 for none. */
  @ParameterizedTest
  @CsvSource({
    "Llama-2-7b, 4096, 11008, 32, 32, 32, 32000, 10000, 0, 6738415616",
    "Llama-2-13b, 5120, 13824, 40, 40, 40, 32000, 10000, 0, 13015864320",
    "Llama-2-70b, 8192, 28672, 80, 64, 8, 32000, 10000, 0, 68976648192",
    "CodeLlama-7b, 4096, 11008, 32, 32, 32, 32016, 1000000, 0, 6738546688",
    "CodeLlama-13b, 5120, 13824, 40, 40, 40, 32016, 1000000, 0, 13016028160",
    "CodeLlama-34b, 8192, 22016, 48, 64, 8, 32000, 1000000, 0, 33743970304",
    "CodeLlama-70b, 8192, 28672, 80, 64, 8, 32016, 1000000, 0, 68976910336",
    "Llama-3-8B, 4096, 14336, 32, 32, 8, 128256, 500000, 0, 8030261248",
    "Llama-3-70B, 8192, 28672, 80, 64, 8, 128256, 500000, 0, 70553706496",
    "Llama-3.1-8B, 4096, 14336, 32, 32, 8, 128256, 500000, 8, 8030261248",
    "Llama-3.1-70B, 8192, 28672, 80, 64, 8, 128256, 500000, 8, 70553706496",
    "Llama-3.1-405B, 16384, 53248, 126, 128, 8, 128256, 500000, 8, 405853388800",
    "Llama-3.2-1B, 2048, 8192, 16, 32, 8, 128256, 500000, 32, 1235814400",
    "Llama-3.2-3B, 3072, 8192, 28, 24, 8, 128256, 500000, 32, 3212749824",
  })
  void read_realSizes_giveTheModelsWeights(
      String name,
      int hidden,
      int intermediate,
      int layers,
      int heads,
      int kvHeads,
      int vocabulary,
      double theta,
      double factor,
      long weights)
      throws IOException {
    JsonObject config = new JsonObject();
    config.addProperty("model_type", "llama");
    config.addProperty("hidden_size", hidden);
    config.addProperty("intermediate_size", intermediate);
    config.addProperty("num_hidden_layers", layers);
    config.addProperty("num_attention_heads", heads);
    config.addProperty("num_key_value_heads", kvHeads);
    config.addProperty("vocab_size", vocabulary);
    config.addProperty("rms_norm_eps", 1e-5);
    config.addProperty("rope_theta", theta);
    config.addProperty("tie_word_embeddings", factor == 32);
    config.add("rope_scaling", factor == 0 ? null : scaling(factor));
    Files.writeString(folder.resolve("config.json"), config.toString());

    ModelSpec spec = ModelConfigReader.read(folder);
    assertThat(spec.parameters()).as(name).isEqualTo(weights);
    assertThat(spec.headDim()).isEqualTo(name.endsWith("3.2-1B") ? 64 : 128);
    assertThat(spec.rope().theta()).isEqualTo(theta);
    Rope.Scaling expected = factor == 0 ? new Rope.None() : new Rope.Llama3(factor, 1, 4, 8192);
    assertThat(spec.rope().scaling()).isEqualTo(expected);
  }

  /** Without layers of cross-attention a text has no use for anything but a Llama 3.1's weights. */
  @ParameterizedTest
  @CsvSource({
    "Llama-3.2-11B-Vision, 4096, 14336, 40, 32, 8, 8030294016",
    "Llama-3.2-90B-Vision, 8192, 28672, 100, 64, 20, 70553772032",
  })
  void read_realSizesWithVision_giveTheTextModelsWeights(
      String name, int hidden, int intermediate, int layers, int heads, int cross, long weights)
      throws IOException {
    JsonObject text = new JsonObject();
    text.addProperty("model_type", "mllama_text_model");
    text.addProperty("hidden_size", hidden);
    text.addProperty("intermediate_size", intermediate);
    text.addProperty("num_hidden_layers", layers);
    text.addProperty("num_attention_heads", heads);
    text.addProperty("num_key_value_heads", 8);
    text.addProperty("vocab_size", 128256);
    text.add("rope_scaling", scaling(8));
    JsonArray every = new JsonArray();
    IntStream.range(0, cross).map(i -> 3 + 5 * i).forEach(every::add);
    text.add("cross_attention_layers", every);
    JsonObject config = new JsonObject();
    config.addProperty("model_type", "mllama");
    config.add("text_config", text);
    Files.writeString(folder.resolve("config.json"), config.toString());

    ModelSpec spec = ModelConfigReader.read(folder);

    assertThat(spec.layers()).as(name).isEqualTo(layers - cross);
    assertThat(spec.parameters()).isEqualTo(weights);
  }

  /** Llama Guard 4: Scout's text model without experts; 12B are these and what is for images. */
  @Test
  void read_realSizeOfGuard4_givesTheTextModelsWeights() throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"architectures": ["Llama4ForConditionalGeneration"], "model_type": "llama4", "text_config": {
          "attention_bias": false, "attention_chunk_size": null, "attn_scale": 0.1,
          "attn_temperature_tuning": 4, "bos_token_id": 200000, "eos_token_id": [200001, 200007, 200008],
          "floor_scale": 8192, "head_dim": 128, "hidden_act": "silu", "hidden_size": 5120,
          "intermediate_size": 8192, "intermediate_size_mlp": 8192, "max_position_embeddings": 131072,
          "model_type": "llama4_text", "moe_layers": [], "num_attention_heads": 40,
          "num_experts_per_tok": 0, "num_hidden_layers": 48, "num_key_value_heads": 8,
          "num_local_experts": 0, "output_router_logits": false, "rms_norm_eps": 1e-05,
          "rope_scaling": null, "rope_theta": 500000.0, "tie_word_embeddings": false,
          "use_qk_norm": true, "vocab_size": 202048}}
        """);

    ModelSpec spec = ModelConfigReader.read(folder);

    assertThat(spec.parameters()).isEqualTo(11_129_164_800L);
    assertThat(spec.endIds()).containsExactlyInAnyOrder(200001, 200007, 200008);
    assertThat(spec.llama4().rotated()).hasSize(48).containsSequence(true, true, true, false, true);
    assertThat(spec.llama4().chunk()).isEqualTo(Integer.MAX_VALUE);
    assertThat(spec.llama4().attnScale()).isEqualTo(0.1);
  }

  private static JsonObject scaling(double factor) {
    JsonObject scaling = new JsonObject();
    scaling.addProperty("rope_type", "llama3");
    scaling.addProperty("factor", factor);
    scaling.addProperty("low_freq_factor", 1.0);
    scaling.addProperty("high_freq_factor", 4.0);
    scaling.addProperty("original_max_position_embeddings", 8192);
    return scaling;
  }
}
