package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a quantized checkpoint's settings or weights are: all of it is read, or refused. */
class QuantizedFuzzTest {
  private static final List<String> KINDS = List.of("w4a16", "gptq", "awq", "bnb-nf4-double");

  @TempDir private static Path folder;

  private static byte[] file(String kind, String name) throws IOException {
    return Files.readAllBytes(QuantizedTest.QUANTIZED.resolve(kind).resolve(name));
  }

  static void read(Path folder, byte[] config, byte[] weights) throws IOException {
    Files.write(folder.resolve("config.json"), config);
    Files.write(folder.resolve("model.safetensors"), weights);
    try {
      QuantizedRefusedTest.readAll(folder);
    } catch (UserException refused) {
      assertThat(refused.getMessage()).contains(folder.toString()).hasSizeLessThan(2_000);
    }
  }

  static void readConfig(Path folder, byte[] content) throws IOException {
    for (String kind : KINDS) {
      String text = new String(file(kind, "config.json"), StandardCharsets.UTF_8);
      JsonObject config = JsonParser.parseString(text).getAsJsonObject();
      JsonElement quantization;
      try {
        quantization = JsonParser.parseString(new String(content, StandardCharsets.UTF_8));
      } catch (RuntimeException e) {
        return; // ModelFilesFuzzTest has what is no JSON
      }
      config.add("quantization_config", quantization);
      byte[] bytes = config.toString().getBytes(StandardCharsets.UTF_8);
      read(folder, bytes, file(kind, "model.safetensors"));
    }
  }

  static void readWeights(Path folder, byte[] content) throws IOException {
    for (String kind : KINDS) {
      read(folder, file(kind, "config.json"), content);
    }
  }

  @FuzzTest(maxDuration = "60s")
  void quantization_anyBytes_isReadOrRefused(byte[] content) throws IOException {
    readConfig(folder, content);
  }

  @FuzzTest(maxDuration = "60s")
  void weights_anyBytes_areReadOrRefused(byte[] content) throws IOException {
    readWeights(folder, content);
  }
}
