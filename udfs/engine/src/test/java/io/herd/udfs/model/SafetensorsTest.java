package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.udfs.TinyRandom;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  private static final String NORM = "model.norm.weight";
  private static final String UP = "model.layers.1.mlp.up_proj.weight";

  @TempDir private Path folder;
  private Path weights;

  @BeforeEach
  void copy() {
    TinyRandom.copy(TinyRandom.GROUPED, folder);
    weights = folder.resolve("model.safetensors");
  }

  private void assertRefused(String... parts) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> LlamaModel.check(ModelFolder.of(folder)))
        .withMessageContainingAll(parts)
        .withMessageContaining("What to do: ");
  }

  /** Changes the header and leaves the tensors' bytes. */
  private void header(Consumer<JsonObject> change) throws IOException {
    byte[] old = Files.readAllBytes(weights);
    ByteBuffer view = ByteBuffer.wrap(old).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) view.getLong();
    String text = new String(old, 8, length, StandardCharsets.UTF_8);
    JsonObject header = JsonParser.parseString(text).getAsJsonObject();
    change.accept(header);
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(8 + json.length + old.length - 8 - length);
    out.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
    Files.write(weights, out.put(old, 8 + length, old.length - 8 - length).array());
  }

  private void set(String tensor, String field, String json) throws IOException {
    header(all -> all.getAsJsonObject(tensor).add(field, JsonParser.parseString(json)));
  }

  @Test
  void check_wholeModel_readsItsSpec() {
    assertThat(LlamaModel.check(ModelFolder.of(folder)).layers()).isEqualTo(2);
  }

  @Test
  void check_truncated_saysSo() throws IOException {
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(whole, whole.length - 1));
    assertRefused(weights + " is damaged: tensor ", "(is it truncated?)");
  }

  @Test
  void check_bytesAppended_saysHowMany() throws IOException {
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(whole, whole.length + 3));
    assertRefused("is damaged: 3 bytes follow its last tensor");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 31, 150_300})
  void check_absurdHeaderLength_saysWhich(long length) throws IOException {
    byte[] whole = Files.readAllBytes(weights);
    ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    Files.write(weights, whole);
    assertRefused("is damaged: its header's length is " + length + " in a file of 150232");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 8, 9})
  void check_hardlyAnyBytes_saysSo(int bytes) throws IOException {
    Files.write(weights, new byte[bytes]);
    assertRefused("is damaged: its header's length is", "in a file of " + bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[1]", "{\"a\":", "{\"a\":1}", "{\"a\":{}}", "{\"a\":{\"dtype\":\"F32\"}}"})
  void check_headerIsNotOne_saysSo(String text) throws IOException {
    byte[] json = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(weights, out.putLong(json.length).put(json).array());
    assertRefused("is damaged: its header can't be read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data_offsets|[-128, 0]|has a shape that its bytes don't fill",
        "data_offsets|[0, 127]|has a shape that its bytes don't fill",
        "data_offsets|[0]|has a shape that its bytes don't fill",
        "data_offsets|[9000000, 9000128]|ends after the file does",
        "data_offsets|[0, 128]|overlaps the one before it, or leaves a gap",
        "shape|[]|has a shape that its bytes don't fill",
        "shape|[4, 4, 4]|has a shape that its bytes don't fill",
        "dtype|\"F4\"|is stored as F4",
        "shape|[-1]|has a shape that its bytes don't fill",
      })
  void check_wrongField_namesTheTensor(String field, String value, String problem)
      throws IOException {
    set(NORM, field, value);
    assertRefused(weights.toString(), problem);
  }

  @Test
  void check_absurdShape_isNoCrash() throws IOException {
    set(NORM, "shape", "[4611686018427387904, 8]");
    assertRefused(weights + " is damaged");
  }

  @Test
  void check_otherShape_saysBoth() throws IOException {
    set(UP, "shape", "[64, 96]");
    assertRefused("tensor " + UP + " has shape [64, 96], config.json asks for [96, 64]");
  }

  @Test
  void check_tensorRenamed_saysWhichIsMissing() throws IOException {
    header(all -> all.add("model.layers.1.mlp.up", all.remove(UP)));
    assertRefused("the weights in " + folder + " have no tensor " + UP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.layers.0.self_attn.q_proj.bias", "model.layers.9.mlp.x", "lora_A"})
  void check_tensorOfNoLlama_namesIt(String name) throws IOException {
    header(all -> all.add(name, empty(all)));
    assertRefused(folder + " holds weights that a Llama has no use for: " + name);
  }

  /** A tensor without elements, behind all others. */
  private static JsonObject empty(JsonObject all) {
    long end = 0;
    for (String name : all.keySet()) {
      JsonArray span = all.getAsJsonObject(name).getAsJsonArray("data_offsets");
      end = Math.max(end, span == null ? 0 : span.get(1).getAsLong());
    }
    String span = "[" + end + "," + end + "]";
    String json = "{'dtype':'BF16','shape':[0],'data_offsets':" + span + "}";
    return JsonParser.parseString(json).getAsJsonObject();
  }

  @Test
  void check_noWeights_saysWhatIsRead() throws IOException {
    Files.delete(weights);
    assertRefused("no model.safetensors or model.safetensors.index.json in " + folder);
  }
}
