package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.reflect.TypeToken;
import io.herd.udfs.TinyRandom;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigReaderTest {
  @TempDir private Path folder;

  private record Refused(JsonObject config, String key) {}

  static Stream<String> refused() throws IOException {
    return fixture().keySet().stream();
  }

  private static Map<String, Refused> fixture() throws IOException {
    String json = Files.readString(TinyRandom.folder("unsupported.json"));
    return new Gson().fromJson(json, new TypeToken<Map<String, Refused>>() {}.getType());
  }

  /** Lays keys over a plain config.json. */
  private ModelSpec read(JsonObject keys) throws IOException {
    Path plain = TinyRandom.folder(TinyRandom.GROUPED).resolve("config.json");
    JsonObject config = JsonParser.parseString(Files.readString(plain)).getAsJsonObject();
    keys.entrySet().forEach(key -> config.add(key.getKey(), key.getValue()));
    Files.writeString(folder.resolve("config.json"), config.toString());
    return ModelConfigReader.read(folder);
  }

  private ModelSpec read(String keys) throws IOException {
    return read(JsonParser.parseString(keys).getAsJsonObject());
  }

  @ParameterizedTest
  @MethodSource("refused")
  void read_unsupported_namesTheKey(String name) throws IOException {
    Refused refused = fixture().get(name);
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> read(refused.config()))
        .withMessageContaining("config.json: " + refused.key())
        .withMessageContaining("What to do: use a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'rope_parameters': null, 'rope_scaling': {'rope_type': 'linear', 'factor': 2.0}}",
        "{'rope_parameters': {'rope_type': 'linear', 'factor': 2.0}, 'rope_scaling': null}",
        "{'rope_parameters': {'type': 'linear', 'factor': 2.0, 'rope_theta': 500000.0}}",
        "{'rope_scaling': {'rope_type': 'linear', 'factor': 2, 'rope_theta': null}}"
      })
  void read_eitherLayoutOfTheRope_isTheSame(String keys) throws IOException {
    assertThat(read(keys).rope()).isEqualTo(new Rope(500_000, new Rope.Linear(2)));
  }

  @Test
  void read_thetaInsideTheRope_winsOverTheOuter() throws IOException {
    assertThat(read("{'rope_parameters': {'rope_theta': 7.0}}").rope().theta()).isEqualTo(7);
    assertThat(read("{'rope_scaling': {'type': 'default', 'rope_theta': 8.0}}").rope().theta())
        .isEqualTo(8);
  }

  @Test
  void read_llama3Rope_hasAllFourNumbers() {
    Rope rope = ModelConfigReader.read(TinyRandom.folder("llama31-scaled")).rope();
    assertThat(rope.scaling()).isEqualTo(new Rope.Llama3(8, 1, 4, 64));
  }

  @Test
  void read_bareOldConfig_hasTransformersDefaults() throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        "{'hidden_size': 64, 'num_attention_heads': 4, 'num_hidden_layers': 1,"
            + "'intermediate_size': 32, 'vocab_size': 10}");
    ModelSpec spec = ModelConfigReader.read(folder);
    assertThat(spec.kvHeads()).isEqualTo(4);
    assertThat(spec.headDim()).isEqualTo(16);
    assertThat(spec.epsilon()).isEqualTo(1e-6);
    assertThat(spec.rope()).isEqualTo(new Rope(10_000, new Rope.None()));
    assertThat(spec.maxPositions()).isEqualTo(2048);
    assertThat(spec.tiedHead()).isFalse();
    assertThat(spec.endIds()).isEmpty();
  }

  @Test
  void read_nullsEverywhere_areDefaults() throws IOException {
    ModelSpec spec =
        read(
            "{'tie_word_embeddings': null, 'head_dim': null, 'num_key_value_heads': null,"
                + "'rope_theta': null, 'eos_token_id': null, 'sliding_window': null,"
                + "'architectures': null, 'rms_norm_eps': null, 'quantization_config': null}");
    assertThat(spec.kvHeads()).isEqualTo(4);
    assertThat(spec.tiedHead()).isFalse();
    assertThat(spec.endIds()).isEmpty();
    assertThat(spec.rope().theta()).isEqualTo(10_000);
  }

  @Test
  void read_endIdsOfBothFiles_areJoinedWithoutImpossibleOnes() throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), "{'eos_token_id': [5, 6, 96]}");
    assertThat(read("{'eos_token_id': [2, -1]}").endIds()).containsExactlyInAnyOrder(2, 5, 6);
    assertThat(read("{'eos_token_id': 3}").endIds()).containsExactlyInAnyOrder(3, 5, 6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"hidden_size\": null}|hidden_size is missing",
        "{\"vocab_size\": -1}|vocab_size is not positive",
        "{\"num_key_value_heads\": 0}|num_key_value_heads is not positive",
        "{\"num_hidden_layers\": 1.5}|num_hidden_layers is not a whole number",
        "{\"num_hidden_layers\": \"two\"}|num_hidden_layers is not a whole number",
        "{\"num_hidden_layers\": [2]}|num_hidden_layers is not a whole number",
        "{\"num_key_value_heads\": 3}|num_attention_heads is no multiple of num_key_value_heads",
        "{\"head_dim\": 15}|head_dim is odd",
        "{\"rms_norm_eps\": \"small\"}|rms_norm_eps is not a number",
        "{\"rope_theta\": 0}|rope_theta is not a positive number",
        "{\"rope_scaling\": {\"type\": \"linear\"}}|factor of the rope is missing",
        "{\"tie_word_embeddings\": \"yes\"}|tie_word_embeddings is neither true nor false",
        "{\"eos_token_id\": {\"id\": 2}}|eos_token_id is neither a number nor a list of numbers",
        "{\"rope_parameters\": {\"rope_theta\": 5.0}, \"rope_scaling\": {\"rope_theta\": 6.0}}"
            + "|rope_scaling and rope_parameters contradict each other"
      })
  void read_brokenValue_saysWhich(String keys, String problem) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> read(keys))
        .withMessage(
            folder.resolve("config.json")
                + ": "
                + problem
                + "\n  What to do: check that the folder is a complete model repository.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hidden_act", "model_type", "architectures", "rope_scaling"})
  void read_valueOfAnUnknownKind_isRefusedByItsKey(String key) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> read("{'" + key + "': ['a', ['b']]}"))
        .withMessageContaining(key + " = [\"a\",[\"b\"]] changes the model's maths");
  }

  /** What transformers takes for keys of Llama 4 that aren't there. */
  @Test
  void read_bareLlama4_hasTransformersDefaults() throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        "{'model_type': 'llama4_text', 'hidden_size': 64, 'num_attention_heads': 16,"
            + "'num_hidden_layers': 5, 'moe_layers': [], 'vocab_size': 10}");
    ModelSpec spec = ModelConfigReader.read(folder);
    assertThat(spec.kvHeads()).isEqualTo(8);
    assertThat(spec.headDim()).isEqualTo(128);
    assertThat(spec.intermediate()).isEqualTo(16_384);
    assertThat(spec.epsilon()).isEqualTo(1e-5);
    assertThat(spec.rope()).isEqualTo(new Rope(500_000, new Rope.None()));
    assertThat(spec.maxPositions()).isEqualTo(131_072);
    assertThat(spec.llama4())
        .isEqualTo(new Llama4(List.of(true, true, true, false, true), 8192, true, 8192, 0.1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"no_rope_layers\": [1]}|no_rope_layers is no list of a number for each layer",
        "{\"no_rope_layers\": 3}|no_rope_layers is no list",
        "{\"layer_types\": [\"full_attention\", \"chunked_attention\"]}|layer_types and"
            + " no_rope_layers",
        "{\"attention_chunk_size\": 0}|attention_chunk_size is not positive",
        "{\"use_qk_norm\": \"yes\"}|use_qk_norm is neither true nor false"
      })
  void read_brokenLlama4_saysWhich(String keys, String problem) {
    JsonObject config = JsonParser.parseString(keys).getAsJsonObject();
    config.addProperty("model_type", "llama4_text");
    config.add("moe_layers", new JsonArray());
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> read(config))
        .withMessageContaining("config.json: " + problem);
  }

  @Test
  void read_noConfig_saysWhatAFolderHolds() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> ModelConfigReader.read(folder))
        .withMessageStartingWith("can't read " + folder.resolve("config.json"))
        .withMessageContaining("name the folder of a model");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "nonsense {"})
  void read_noObject_saysSo(String text) throws IOException {
    Files.writeString(folder.resolve("config.json"), text);
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> ModelConfigReader.read(folder))
        .withMessageContaining("config.json is not a JSON object");
  }
}
