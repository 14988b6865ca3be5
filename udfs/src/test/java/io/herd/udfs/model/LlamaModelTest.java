package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every variant of the family against transformers, on tiny random models. */
class LlamaModelTest {
  private static final double TOLERANCE = 1e-4;

  private record Case(int[] ids, int[] greedy, float[] last_logits) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama2-full-attention",
        "llama3-grouped",
        "llama31-scaled",
        "llama32-tied",
        "smollm-default-rope",
        "linear-scaled",
        "sharded-f16",
        "stored-f32",
        "stored-bf16"
      })
  void logits_everyVariant_equalTransformers(String variant) throws IOException {
    Path folder = Path.of("src/test/resources/tiny-random", variant);
    List<Case> cases =
        new Gson()
            .fromJson(
                Files.readString(folder.resolve("expected.json")),
                new TypeToken<List<Case>>() {}.getType());
    try (LlamaModel model = LlamaModel.load(folder, Dtype.FLOAT32, Device.cpu())) {
      for (Case expected : cases) {
        float[] alone = model.logits(List.of(expected.ids()))[0];
        assertThat(alone).hasSize(expected.last_logits().length);
        for (int i = 0; i < alone.length; i++) {
          assertThat((double) alone[i]).isCloseTo(expected.last_logits()[i], within(TOLERANCE));
        }
      }
      float[][] together = model.logits(cases.stream().map(Case::ids).toList());
      for (int c = 0; c < together.length; c++) {
        for (int i = 0; i < together[c].length; i++) {
          assertThat((double) together[c][i])
              .isCloseTo(cases.get(c).last_logits()[i], within(TOLERANCE));
        }
      }
    }
  }
}
