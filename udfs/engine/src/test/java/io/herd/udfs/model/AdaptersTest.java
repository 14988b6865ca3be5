package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.reflect.TypeToken;
import io.herd.udfs.TinyRandom;
import io.herd.udfs.TinyRandom.Case;
import io.herd.udfs.UserException;
import io.herd.udfs.model.ModelFolder.Adapter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters as PEFT merges them, or refused by their cause. */
class AdaptersTest {
  static final Path ADAPTERS = Path.of("../test-resources/adapters");

  @TempDir private Path folder;

  /** What PEFT makes of one model with some adapters, by their weights. */
  private record Merged(LinkedHashMap<String, Double> adapters, String model, List<Case> cases) {
    ModelFolder folder() {
      return new ModelFolder(
          TinyRandom.folder(model),
          adapters.entrySet().stream()
              .map(each -> new Adapter(ADAPTERS.resolve(each.getKey()), each.getValue()))
              .toList());
    }

    @Override
    public String toString() {
      return adapters + " of " + model;
    }
  }

  private static List<Merged> merged() throws IOException {
    String json = Files.readString(ADAPTERS.resolve("expected.json"));
    return new Gson().fromJson(json, new TypeToken<List<Merged>>() {}.getType());
  }

  private static float[][] logits(Merged merged, Dtype dtype, int stages) {
    ModelSpec spec = LlamaModel.checkAdapters(merged.folder());
    Placement.Room room = new Placement.Room(TorchDevice.cpu(), 1L << 30);
    Placement placement =
        stages == 1
            ? Placement.single(TorchDevice.cpu(), spec, dtype)
            : Placement.split(spec, dtype, List.of(room, room));
    try (LlamaModel model = LlamaModel.load(merged.folder(), dtype, placement, StageLocks.NONE)) {
      return model.logits(merged.cases().stream().map(Case::ids).toList());
    }
  }

  private static double distance(float[][] logits, List<Case> expected) {
    double most = 0;
    for (int i = 0; i < logits.length; i++) {
      float[] wanted = expected.get(i).last_logits();
      for (int j = 0; j < wanted.length; j++) {
        most = Math.max(most, Math.abs(logits[i][j] - wanted[j]));
      }
    }
    return most;
  }

  @ParameterizedTest
  @MethodSource("merged")
  void load_adapters_givePeftsMergedLogits(Merged merged) {
    assertThat(distance(logits(merged, Dtype.FLOAT32, 1), merged.cases())).isLessThan(1e-4);
    assertThat(distance(logits(merged, Dtype.FLOAT32, 2), merged.cases())).isLessThan(1e-4);
  }

  @ParameterizedTest
  @MethodSource("merged")
  void load_inInt8_isNearThem(Merged merged) {
    assertThat(distance(logits(merged, Dtype.INT8, 1), merged.cases())).isLessThan(2.5);
  }

  /** Buffers of a few rows: an update is added to its own rows of each. */
  @ParameterizedTest
  @MethodSource("merged")
  void fill_inPieces_addsTheSame(Merged merged) throws IOException {
    float[][] whole = filled(merged, 1 << 20, Dtype.FLOAT32);
    float[][] pieces = filled(merged, 100, Dtype.FLOAT32);
    for (int i = 0; i < whole.length; i++) {
      assertThat(pieces[i]).containsExactly(whole[i], within(1e-5f));
    }
  }

  /** What an adapter adds isn't lost in a coarser type: the sum is rounded. */
  @ParameterizedTest
  @MethodSource("merged")
  void fill_inACoarserType_roundsTheSumAndNothingElse(Merged merged) throws IOException {
    assertThat(filled(merged, 1 << 20, Dtype.BFLOAT16))
        .isDeepEqualTo(filled(merged, 1 << 20, Dtype.FLOAT32, Dtype.BFLOAT16));
  }

  /** Matrices that adapters change, filled in one type and put into others, read in float32. */
  private static float[][] filled(Merged merged, long pieceBytes, Dtype... types)
      throws IOException {
    ModelSpec spec = Adapters.spec(merged.folder());
    Stage stage = Placement.single(TorchDevice.cpu(), spec, Dtype.FLOAT32).stages().get(0);
    List<Stored> parts =
        WeightLayout.of(spec, merged.folder(), stage).stream()
            .flatMap(matrix -> matrix.parts().stream())
            .filter(part -> !part.updates().isEmpty())
            .toList();
    List<float[]> filled = new ArrayList<>();
    try (LlamaScript script = LlamaScript.load(spec, stage);
        TensorFiller filler = new TensorFiller(script, TorchDevice.cpu(), pieceBytes, parts)) {
      for (Stored part : parts) {
        TorchModule.Value w = matrix(filler, part, types[0]);
        filler.fill(w, 0, part);
        for (Dtype type : List.of(types[types.length - 1], Dtype.FLOAT32)) {
          TorchModule.Value other = matrix(filler, part, type);
          script.put(other, 0, w);
          w.close();
          w = other;
        }
        filled.add(w.floats());
      }
    }
    return filled.toArray(float[][]::new);
  }

  private static TorchModule.Value matrix(TensorFiller filler, Stored part, Dtype type) {
    return filler.allocate(part.tensor().rows(), part.tensor().columns(), type.torchCode());
  }

  private static final String Q = "base_model.model.model.layers.0.self_attn.q_proj";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "peft_type | \"PREFIX_TUNING\" | peft_type = \"PREFIX_TUNING\"",
        "task_type | \"SEQ_CLS\" | task_type = \"SEQ_CLS\"",
        "init_lora_weights | \"pissa_niter_4\" | path_initial_model_for_weight_conversion",
        "init_lora_weights | \"loftq\" | init_lora_weights",
        "lora_bias | true | lora_bias = true",
        "trainable_token_indices | [1] | trainable_token_indices",
        "layer_replication | [[0, 2]] | layer_replication",
        "alora_invocation_tokens | [1] | alora_invocation_tokens",
        "use_qalora | true | use_qalora",
        "use_bdlora | {\"nblocks\": 2} | use_bdlora",
        "kasa_config | {\"beta\": 1} | kasa_config",
        "of_a_later_version | 3 | of_a_later_version = 3",
        "use_dora | true | no whole update of model.layers.0.self_attn.q_proj",
        "r | 8 | the rank 8.0, and its weights have 4",
        "rank_pattern | {\"v_proj\": 2} | the rank 2.0, and its weights have 4",
        "rank_pattern | {\"(a+)+(?=b)\": 2} | a look-around",
        "target_modules | [\"q_proj\"] | doesn't name model.layers.0.self_attn.v_proj",
        "target_modules | [\"q_proj\", \"v_proj\", \"o_proj\"] | o_proj, which the weights don't change",
        "target_modules | \".*[qv]_pro\" | doesn't name",
        "layers_to_transform | [0] | doesn't name model.layers.1.self_attn.q_proj",
        "layers_to_transform | [0.5] | layers_to_transform",
        "exclude_modules | [\"v_proj\"] | doesn't name",
        "modules_to_save | [\"lm_head\"] | modules_to_save names lm_head, which the weights lack",
        "r | \"four\" | r is not a whole number",
        "lora_alpha | [] | lora_alpha is not a number",
        "lora_alpha | 1e999 | the alpha Infinity",
        "alpha_pattern | [1] | alpha_pattern is no group of patterns",
        "target_modules | {\"a\": 1} | no list",
        "target_modules | [{}] | no list",
      })
  void check_configurationThatIsntThese_isNamed(String key, String value, String problem)
      throws IOException {
    config(copy("names"), key, JsonParser.parseString(value));
    assertRefused("llama3-grouped", 1, problem);
  }

  @ParameterizedTest
  @CsvSource({
    "dora, stored-bf16, use_dora, false, no whole update",
    "saved, llama3-grouped, peft_type, null, peft_type",
  })
  void check_configurationOfAnotherKind_isNamed(
      String adapter, String model, String key, String value, String problem) throws IOException {
    config(copy(adapter), key, JsonParser.parseString(value));
    assertRefused(model, 1, problem);
  }

  @Test
  void check_adapterWhereAModelShouldBe_saysWhereItGoes() throws IOException {
    ModelFolder wrong = ModelFolder.of(copy("names"));
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> LlamaModel.check(wrong))
        .withMessageContaining("holds an adapter")
        .withMessageContaining("herd.model.adapter");
  }

  @Test
  void check_anotherModelsAdapter_namesTheShape() throws IOException {
    copy("names");
    assertRefused("llama32-tied", 1, "has [64, 4] for model.layers.0.self_attn.q_proj.weight");
  }

  @Test
  void check_updateOfATiedModelsHead_isRefused() throws IOException {
    copy("head");
    assertRefused("llama32-tied", 1, "tie_word_embeddings");
  }

  @Test
  void check_aWeightForWholeModulesOrDora_isRefused() throws IOException {
    copy("saved");
    assertRefused("llama3-grouped", 0.5, "modules_to_save");
    copy("dora");
    assertRefused("stored-bf16", 0.5, "use_dora");
  }

  @Test
  void check_tensorsThatNobodyKnows_areNamed() throws IOException {
    for (String name :
        List.of(
            "base_model.model.model.embed_tokens.lora_embedding_A",
            Q + ".lora_B.bias",
            Q + ".bias",
            Q + ".weird",
            "prompt_embeddings",
            "base_model.model.model.layers.7.self_attn.q_proj.weight",
            "base_model.model.score.weight")) {
      Path copied = copy("names");
      renamed(copied, Q + ".lora_B.weight", name);
      assertRefused("llama3-grouped", 1, "");
    }
  }

  @Test
  void check_severalThatCantBeMergedTogether_areRefused() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> LlamaModel.checkAdapters(several("stored-bf16", "dora", "dora")))
        .withMessageContaining("use_dora");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> LlamaModel.checkAdapters(several("llama3-grouped", "saved", "saved")))
        .withMessageContaining("lm_head.weight, which one of them replaces");
  }

  private static ModelFolder several(String model, String... names) {
    return new ModelFolder(
        TinyRandom.folder(model),
        Stream.of(names).map(name -> new Adapter(ADAPTERS.resolve(name), 1)).toList());
  }

  private void assertRefused(String model, double weight, String problem) {
    ModelFolder adapted =
        new ModelFolder(TinyRandom.folder(model), List.of(new Adapter(folder, weight)));
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> LlamaModel.checkAdapters(adapted))
        .withMessageContaining(problem)
        .withMessageContaining(folder.toString())
        .withMessageContaining("What to do: ");
  }

  private Path copy(String adapter) throws IOException {
    try (Stream<Path> files = Files.list(ADAPTERS.resolve(adapter))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return folder;
  }

  private static void config(Path adapter, String key, JsonElement value) throws IOException {
    Path file = adapter.resolve("adapter_config.json");
    JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    if (value.isJsonNull()) {
      config.remove(key);
    } else {
      config.add(key, value);
    }
    Files.writeString(file, config.toString());
  }

  /** Under another name in the header, whose length stays by its spaces. */
  private static void renamed(Path adapter, String from, String to) throws IOException {
    Path file = adapter.resolve("adapter_model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String header = new String(bytes, 8, length, StandardCharsets.UTF_8);
    byte[] json = header.replace(from, to).strip().getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(json.length + bytes.length - length);
    out.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
    Files.write(file, out.put(bytes, 8 + length, bytes.length - 8 - length).array());
  }
}
