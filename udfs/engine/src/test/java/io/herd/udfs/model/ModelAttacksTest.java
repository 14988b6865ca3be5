package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of a model that ask for time and memory instead of saying what is in it. */
@Timeout(30)
class ModelAttacksTest {
  @TempDir private Path folder;

  @BeforeEach
  void copy() {
    TinyRandom.copy(TinyRandom.GROUPED, folder);
  }

  private void assertRefused(String... parts) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> LlamaModel.check(ModelFolder.of(folder)))
        .withMessageContainingAll(parts);
  }

  private void weights(String header) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(folder.resolve("model.safetensors"), out.putLong(json.length).put(json).array());
  }

  /** Tensors without elements cost their author no bytes of data. */
  private static String tensors(int count) {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      header.append(i == 0 ? "\"" : ",\"").append(i);
      header.append("\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}");
    }
    return header.append('}').toString();
  }

  @Test
  void check_aMillionTensors_areRefusedUnread() throws IOException {
    weights(tensors(1_000_000));
    assertRefused("model.safetensors is damaged: its header's length is ");
  }

  @Test
  void check_asManyTensorsAsAHeaderHolds_areRefusedSoon() throws IOException {
    weights(tensors(130_000));
    assertRefused("tensor");
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 60, (1L << 60) + 8, 1L << 62, Long.MAX_VALUE - 7})
  void check_headerOfAnExabyte_isRefusedUnread(long length) throws IOException {
    byte[] bytes = new byte[1_000];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    Files.write(folder.resolve("model.safetensors"), bytes);
    assertRefused("its header's length is " + length + " in a file of 1000");
  }

  @ParameterizedTest
  @CsvSource({"0, 4, 0, 4", "0, 4, 2, 6", "4, 8, 0, 4"}) // equal, overlapping, behind each other
  void check_twoTensorsOverTheSameBytes_areRefused(int from, int to, int from2, int to2)
      throws IOException {
    String tensor = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]}";
    weights(
        "{\"a\":" + tensor.formatted(from, to) + ",\"b\":" + tensor.formatted(from2, to2) + "}");
    Path file = folder.resolve("model.safetensors");
    byte[] header = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(header, header.length + 8));
    if (from == 4) { // they are fine by themselves
      assertRefused("tensor");
    } else {
      assertRefused("overlaps the one before it, or leaves a gap");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hidden_size",
        "num_attention_heads",
        "num_key_value_heads",
        "num_hidden_layers",
        "intermediate_size",
        "vocab_size",
        "head_dim"
      })
  void check_configThatAsksForTerabytes_isRefusedSoon(String key) throws IOException {
    Path config = folder.resolve("config.json");
    JsonObject json = JsonParser.parseString(Files.readString(config)).getAsJsonObject();
    for (int value : new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE - 1, 1 << 30}) {
      json.addProperty(key, value);
      Files.writeString(config, json.toString());
      assertRefused("What to do: ");
    }
  }
}
