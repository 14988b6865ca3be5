package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.UserException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardIndexTest {
  private static String index(String name) {
    return "{\"weight_map\": {\"a\": \"" + name + "\", \"b\": \"x.safetensors\"}}";
  }

  @Test
  void names_ofAnyKind_areSortedAndOnce() throws IOException {
    assertThat(ShardIndex.names(index("model-00001-of-2.safetensors"), "it"))
        .containsExactly("model-00001-of-2.safetensors", "x.safetensors");
    assertThat(ShardIndex.names(index("x.safetensors"), "it")).containsExactly("x.safetensors");
  }

  @Test
  void names_ofAModelWithVision_areThoseWithPartsOfItsText() throws IOException {
    String map =
        "{'weight_map': {'vision_model.a': '1.safetensors', 'language_model.model.norm.weight':"
            + " '2.safetensors', 'language_model.model.layers.3.cross_attn.q_proj.weight':"
            + " '3.safetensors', 'language_model.model.layers.3.mlp.up_proj.weight':"
            + " '3.safetensors', 'multi_modal_projector.bias': '2.safetensors',"
            + " 'language_model.model.layers.4.mlp.up_proj.weight': '4.safetensors'}}";

    assertThat(ShardIndex.names(map.replace('\'', '"'), "it"))
        .containsExactly("2.safetensors", "4.safetensors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pytorch_model-00001-of-00002.bin",
        "consolidated.00.pth",
        "../x.safetensors",
        "original/x.safetensors",
        "x.safetensors.bin",
        ""
      })
  void names_otherFilesThanSafetensors_areRefused(String name) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> ShardIndex.names(index(name), "the index of a/b"))
        .withMessageStartingWith("the index of a/b names " + name + ", which is no file");
  }
}
