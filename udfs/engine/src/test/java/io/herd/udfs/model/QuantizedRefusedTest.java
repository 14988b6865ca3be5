package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.udfs.TinyRandom;
import io.herd.udfs.UserException;
import io.herd.udfs.checkpoint.Rows;
import io.herd.udfs.checkpoint.WeightTensor;
import io.herd.udfs.model.RewrittenWeights.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Quantized checkpoints that aren't what their configuration says, or of a kind that isn't read.
 */
class QuantizedRefusedTest {
  private static final String Q = "model.layers.0.self_attn.q_proj.";

  /** Tensors without which a checkpoint means the same. */
  private static final Pattern OPTIONAL = Pattern.compile(".*(g_idx|input_scale|weight_format)");

  @TempDir private Path folder;
  private Path weights;

  private void copy(String name) {
    weights = folder.resolve("model.safetensors");
    for (String each : List.of("config.json", "model.safetensors")) {
      try {
        Path from = QuantizedTest.QUANTIZED.resolve(name).resolve(each);
        Files.copy(from, folder.resolve(each), StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void assertRefused(String... parts) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> readAll(folder))
        .withMessageContaining(folder.toString())
        .withMessageContainingAll(parts)
        .withMessageContaining("What to do: ");
  }

  /** All that loading reads. */
  static void readAll(Path folder) throws IOException {
    ModelSpec spec = LlamaModel.check(ModelFolder.of(folder));
    for (WeightTensor tensor : Checkpoint.open(spec, folder).values()) {
      ByteBuffer row = ByteBuffer.allocate(Math.toIntExact(tensor.rowBytes()));
      try (Rows rows = tensor.open()) {
        for (long i = 0; i < tensor.rows(); i++) {
          rows.read(i, 1, row);
        }
      }
    }
  }

  private void setting(String key, JsonElement value) throws IOException {
    Path file = folder.resolve("config.json");
    JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    JsonObject in = config.getAsJsonObject("quantization_config");
    String[] path = key.split("/", -1);
    for (int i = 0; i < path.length - 1; i++) {
      in = in.getAsJsonObject(path[i]);
    }
    in.add(path[path.length - 1], value);
    Files.writeString(file, config.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "w8a8 | quant_method | \"quanto\" | says quanto, which isn't read",
        "w8a8 | config_groups/group_0/format | \"nvfp4-pack-quantized\" | the format"
            + " nvfp4-pack-quantized",
        "w8a8 | config_groups/group_0/format | \"marlin-24\" | the format marlin-24",
        "w8a8 | config_groups | {} | 0 config_groups",
        "w8a8 | config_groups/group_0/weights | null | bits",
        "w8a8 | config_groups/group_0/weights/num_bits | 3 | 3 bits",
        "w8a8 | config_groups/group_0/weights/num_bits | 4 | 4 bits",
        "w8a8 | config_groups/group_0/weights/num_bits | \"x\" | num_bits is not a whole number",
        "w8a8 | config_groups/group_0/weights/strategy | \"tensor_group\" | tensor_group",
        "w8a8 | config_groups/group_0/weights/strategy | \"group\" | 96 columns aren't whole groups"
            + " of 128",
        "w8a8 | config_groups/group_0/targets | [\"Conv2d\"] | none of config_groups has it",
        "w8a8 | config_groups/group_0/targets | [\"re:(a+)+(?=b)\"] | a look-around",
        "w8a8 | sparsity_config | {\"format\": \"sparse-24-bitmask\"} | sparse-24-bitmask",
        "w8a8 | transform_config | {\"config_groups\": {}} | transform_config",
        "w4a16 | config_groups/group_0/weights/group_size | 16 | where [96, 4] belongs",
        "w4a16 | config_groups/group_0/weights/symmetric | false | there is no weight_zero_point",
        "w4a16 | config_groups/group_0/weights/num_bits | 8 | where [96, 16] belongs",
        "fp8-block | config_groups/group_0/weights/block_structure | [64] | isn't two sizes",
        "fp8-block | config_groups/group_0/weights/block_structure | [0, 64] | block_structure",
        "fp8-blocks | weight_block_size | [32, 32, 32] | 3 sizes",
        "fp8-blocks | weight_block_size | [-1, 32] | not positive",
        "fp8-blocks | scale_fmt | \"ue8m0\" | ue8m0",
        "gptq | bits | 3 | gptq of 3 bits",
        "gptq | bits | 8 | where",
        "gptq | group_size | 0 | group_size",
        "gptq | checkpoint_format | \"marlin\" | marlin",
        "gptq | dynamic | {\"+:.*\": {\"bits\": 8}} | +:.*",
        "awq | bits | 8 | awq of 8 bits",
        "awq | version | \"gemv\" | gemv",
        "bnb-nf4 | bnb_4bit_quant_type | \"int2\" | int2",
        "bnb-nf4 | bnb_4bit_quant_type | \"fp4\" | there is no"
            + " weight.quant_state.bitsandbytes__fp4",
        "bnb-nf4 | load_in_4bit | 1 | load_in_4bit is neither true nor false",
      })
  void check_configurationThatIsntRead_isNamed(
      String name, String key, String value, String problem) throws IOException {
    copy(name);
    setting(key, JsonParser.parseString(value));
    assertRefused(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vision-sharded", "llama4-vision-sharded"})
  void check_withVision_isRefused(String name) throws IOException {
    TinyRandom.copy(name, folder);
    Path file = folder.resolve("config.json");
    JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    config.add(
        "quantization_config",
        JsonParser.parseString("{\"quant_method\": \"gptq\", \"bits\": 4, \"group_size\": 32}"));
    Files.writeString(file, config.toString());
    assertRefused("has vision and is quantized");
  }

  @Test
  void check_quantizationThatIsNoGroup_isRefused() throws IOException {
    copy("w8a8");
    Files.writeString(
        folder.resolve("config.json"),
        "{\"hidden_size\":64,\"num_attention_heads\":4,\"vocab_size\":96,"
            + "\"num_hidden_layers\":1,\"intermediate_size\":96,\"quantization_config\":[8]}");
    assertRefused("quantization_config is no group of settings");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "w8a8",
        "w4a16-asymmetric",
        "fp8-static",
        "fp8-blocks",
        "fbgemm",
        "gptq",
        "awq",
        "bnb-int8",
        "bnb-nf4-double",
      })
  void read_eachTensorMissingOrOfAnotherShapeOrType_isRefused(String name) throws IOException {
    copy(name);
    readAll(folder);
    Map<String, Stored> whole = RewrittenWeights.read(weights);
    for (String tensor : whole.keySet()) {
      if (!OPTIONAL.matcher(tensor).matches()) {
        refusedWith(whole, tensor, null);
      }
      if (!tensor.endsWith("input_scale")) {
        refusedWith(whole, tensor, other(whole.get(tensor), "shape"));
        refusedWith(whole, tensor, other(whole.get(tensor), "dtype"));
      }
    }
  }

  private void refusedWith(Map<String, Stored> whole, String tensor, Stored instead)
      throws IOException {
    Map<String, Stored> changed = new TreeMap<>(whole);
    changed.remove(tensor);
    if (instead != null) {
      changed.put(tensor, instead);
    }
    RewrittenWeights.write(weights, changed);
    assertThatExceptionOfType(UserException.class)
        .as(tensor + " as " + instead)
        .isThrownBy(() -> readAll(folder))
        .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(2_000));
  }

  /** Twice the elements, or bytes of another type. */
  private static Stored other(Stored stored, String field) {
    JsonObject entry = stored.entry().deepCopy();
    byte[] bytes = stored.bytes();
    if (field.equals("shape")) {
      JsonArray shape = new JsonArray();
      shape.add(stored.entry().getAsJsonArray("shape").isEmpty() ? 2 : elements(stored) * 2);
      entry.add("shape", shape);
      bytes = ByteBuffer.allocate(bytes.length * 2).array();
    } else {
      boolean wide = bytes.length == elements(stored) * 4;
      boolean narrow = bytes.length == elements(stored);
      String type = entry.get("dtype").getAsString();
      String other = wide ? "I32" : narrow ? "F8_E5M2" : "I16";
      entry.addProperty("dtype", type.equals("I32") ? "F32" : other);
    }
    return new Stored(entry, bytes);
  }

  private static long elements(Stored stored) {
    long elements = 1;
    for (JsonElement size : stored.entry().getAsJsonArray("shape")) {
      elements *= size.getAsLong();
    }
    return elements;
  }

  @ParameterizedTest
  @CsvSource({"gptq, g_idx, 2", "gptq, g_idx, -2", "gptq, g_idx, -1", "gptq, g_idx, 2147483647"})
  void load_groupThatIsNone_isRefused(String name, String suffix, int group) throws IOException {
    copy(name);
    RewrittenWeights.rewrite(
        weights,
        tensors ->
            ByteBuffer.wrap(tensors.get(Q + suffix).bytes())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(12, group));
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> LlamaModel.load(folder, Dtype.FLOAT32, TorchDevice.cpu()))
        .withMessageContaining("self_attn.q_proj isn't GPTQ 4-bit")
        .withMessageContaining("g_idx names group " + group + ", and there are 2 groups");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shape | [64, 128] | where [4096, 1] belongs",
        "shape | [4611686018427387904, 4] | is not a whole number",
        "shape | [64] | its shape has 1 sizes",
        "blocksize | 0 | blocksize",
        "blocksize | 32 | where [128, 1] belongs",
        "dtype | \"float64\" | its type is float64",
        "nested_offset | \"x\" | nested_offset",
        "nested_blocksize | 16 | where [4, 1] belongs",
      })
  void check_stateOfBitsAndBytes_isChecked(String key, String value, String problem)
      throws IOException {
    copy("bnb-nf4-double");
    String name = Q + "weight.quant_state.bitsandbytes__nf4";
    RewrittenWeights.rewrite(
        weights,
        tensors -> {
          byte[] old = tensors.get(name).bytes();
          JsonObject state = JsonParser.parseString(text(old)).getAsJsonObject();
          state.add(key, JsonParser.parseString(value));
          byte[] json = state.toString().getBytes(StandardCharsets.UTF_8);
          JsonObject entry = tensors.get(name).entry().deepCopy();
          entry.add("shape", JsonParser.parseString("[" + json.length + "]"));
          tensors.put(name, new Stored(entry, json));
        });
    assertRefused(problem);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** What some tools leave in a file though weights don't depend on it. */
  @Test
  void check_scalesOfACacheInFewBits_areLeftOut() throws IOException {
    copy("fp8-static");
    RewrittenWeights.rewrite(
        weights,
        tensors -> {
          Stored scale = tensors.get("model.layers.0.self_attn.k_proj.weight_scale");
          tensors.put("model.layers.0.self_attn.k_scale", scale);
          tensors.put("model.layers.0.self_attn.v_scale", scale);
        });
    readAll(folder);
    assertThat(LlamaModel.quantization(folder)).hasValue("compressed-tensors FP8");
  }
}
