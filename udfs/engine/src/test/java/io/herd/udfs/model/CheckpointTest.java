package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.udfs.TinyRandom;
import io.herd.udfs.TinyRandom.Case;
import io.herd.udfs.UserException;
import io.herd.udfs.model.RewrittenWeights.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights as people hold them give transformers' logits, or are refused by their cause. */
class CheckpointTest {
  private static final String TIED = "llama32-tied";

  @TempDir private Path folder;

  private void rewrite(String variant, Consumer<Map<String, Stored>> change) throws IOException {
    TinyRandom.copy(variant, folder);
    RewrittenWeights.rewrite(folder.resolve("model.safetensors"), change);
  }

  private void config(String key, JsonElement value) throws IOException {
    Path file = folder.resolve("config.json");
    JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    config.add(key, value);
    Files.writeString(file, config.toString());
  }

  private void assertTransformersLogits(String variant) {
    LlamaModel.check(ModelFolder.of(folder));
    List<Case> cases = TinyRandom.cases(variant);
    try (LlamaModel model = LlamaModel.load(folder, Dtype.FLOAT32, TorchDevice.cpu())) {
      for (Case expected : cases) {
        float[] logits = model.logits(List.of(expected.ids()))[0];
        for (int i = 0; i < logits.length; i++) {
          assertThat((double) logits[i]).isCloseTo(expected.last_logits()[i], within(1e-4));
        }
      }
    }
  }

  private void assertRefused(String... parts) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> LlamaModel.check(ModelFolder.of(folder)))
        .withMessageContainingAll(parts)
        .withMessageContaining("What to do: ");
  }

  @Test
  void load_visionWithoutTheShardOfImages_isTheTextModel() throws IOException {
    TinyRandom.copy("vision-sharded", folder);
    Files.delete(folder.resolve("model-00003-of-00003.safetensors"));

    assertTransformersLogits("vision-sharded");
  }

  @Test
  void load_visionWithoutALayerOfItsText_isRefused() throws IOException {
    TinyRandom.copy("vision-sharded", folder);
    config("text_config", null);
    assertRefused("text_config is missing");
  }

  private static void rename(Map<String, Stored> tensors, String from, String to) {
    tensors.put(to, tensors.remove(from));
  }

  private static void dropPrefix(Map<String, Stored> tensors) {
    for (String name : List.copyOf(tensors.keySet())) {
      rename(tensors, name, name.replaceFirst("^model\\.", ""));
    }
  }

  @Test
  void load_tiedWithOnlyTheHead_isTiedFromThere() throws IOException {
    rewrite(TIED, tensors -> rename(tensors, Checkpoint.EMBEDDING, Checkpoint.HEAD));
    assertTransformersLogits(TIED);
  }

  @Test
  void load_tiedWithBothAndEqual_isTied() throws IOException {
    rewrite(TIED, tensors -> tensors.put(Checkpoint.HEAD, tensors.get(Checkpoint.EMBEDDING)));
    assertTransformersLogits(TIED);
  }

  @Test
  void check_tiedWithBothAndDifferent_isRefused() throws IOException {
    rewrite(
        TIED,
        tensors -> {
          Stored embedding = tensors.get(Checkpoint.EMBEDDING);
          byte[] other = embedding.bytes().clone();
          other[other.length - 1] ^= 1;
          tensors.put(Checkpoint.HEAD, new Stored(embedding.entry(), other));
        });
    assertRefused("lm_head.weight that isn't the embedding", "tie_word_embeddings");
  }

  @ParameterizedTest
  @ValueSource(strings = {TIED, TinyRandom.GROUPED, "llama2-full-attention"})
  void load_namesWithoutPrefix_areThoseOfTheModel(String variant) throws IOException {
    rewrite(variant, CheckpointTest::dropPrefix);
    assertTransformersLogits(variant);
  }

  @Test
  void load_savedFromLlamaModel_isTheTiedModelOrWithoutAHead() throws IOException {
    rewrite(TIED, CheckpointTest::dropPrefix);
    config("architectures", JsonParser.parseString("[\"LlamaModel\"]"));
    assertTransformersLogits(TIED);

    config("tie_word_embeddings", JsonParser.parseString("false"));
    assertRefused("have no lm_head.weight", "AutoModelForCausalLM");
  }

  @Test
  void load_withoutHeadDim_isHiddenSizeByHeads() throws IOException {
    rewrite("smollm-default-rope", tensors -> {});
    config("head_dim", null);
    assertTransformersLogits("smollm-default-rope");
  }

  @Test
  void check_withoutHeadDimWhereHeadsAreLarger_namesIt() throws IOException {
    rewrite(TIED, tensors -> {});
    config("head_dim", null);
    assertRefused("head_dim");
  }
}
