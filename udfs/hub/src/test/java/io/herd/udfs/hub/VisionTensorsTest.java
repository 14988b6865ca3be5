package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisionTensorsTest {
  /** Names as published, and as transformers 5 has them. */
  @ParameterizedTest
  @CsvSource({
    "language_model.model.embed_tokens.weight, model.embed_tokens.weight",
    "model.language_model.norm.weight, model.norm.weight",
    "language_model.lm_head.weight, lm_head.weight",
    "lm_head.weight, lm_head.weight",
    "language_model.model.layers.2.mlp.up_proj.weight, model.layers.2.mlp.up_proj.weight",
    "language_model.model.layers.3.mlp.up_proj.weight, ",
    "language_model.model.layers.4.mlp.up_proj.weight, model.layers.3.mlp.up_proj.weight",
    "language_model.model.layers.9.input_layernorm.weight, model.layers.7.input_layernorm.weight",
    "vision_model.patch_embedding.weight, ",
    "model.multi_modal_projector.bias, ",
    "something.else, something.else",
  })
  void textName_withVision_countsNoLayersOfCrossAttention(String name, String text) {
    VisionTensors tensors =
        VisionTensors.of(
            List.of(
                "language_model.model.layers.3.cross_attn.q_proj.weight",
                "language_model.model.layers.8.cross_attn.q_proj.weight"));

    assertThat(tensors.textName(name)).isEqualTo(Optional.ofNullable(text));
  }

  @Test
  void textName_ofALlama_isAsItIs() {
    VisionTensors tensors = VisionTensors.of(List.of("model.layers.0.mlp.up_proj.weight"));

    assertThat(tensors.textName("vision_model.x")).contains("vision_model.x");
    assertThat(tensors.textName("lm_head.weight")).contains("lm_head.weight");
  }
}
