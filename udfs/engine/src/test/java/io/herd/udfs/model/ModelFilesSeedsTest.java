package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.checkpoint.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The seeds of {@link ModelFilesFuzzTest} and {@link QuantizedFuzzTest}, without the fuzzer. */
class ModelFilesSeedsTest {
  @TempDir private Path folder;

  private static List<Path> seeds(String method) throws IOException {
    return seeds("ModelFilesFuzzTestInputs", method);
  }

  private static List<Path> seeds(String inputs, String method) throws IOException {
    Path seeds = Path.of("src/test/resources/io/herd/udfs/model", inputs, method);
    try (Stream<Path> files = Files.list(seeds)) {
      return files.sorted().toList();
    }
  }

  @Test
  void safetensors_seeds_areReadOrRefused() throws IOException {
    List<Path> seeds = seeds("safetensors_anyBytes_areReadOrRefused");
    assertThat(seeds).hasSizeGreaterThan(5);
    for (Path seed : seeds) {
      ModelFilesFuzzTest.read(
          folder.resolve("model.safetensors"),
          Files.readAllBytes(seed),
          folder -> Safetensors.open(WeightFiles.in(folder)));
    }
  }

  @Test
  void config_seeds_areReadOrRefused() throws IOException {
    List<Path> seeds = seeds("config_anyBytes_areReadOrRefused");
    assertThat(seeds).hasSizeGreaterThan(3);
    for (Path seed : seeds) {
      ModelFilesFuzzTest.read(
          folder.resolve("config.json"), Files.readAllBytes(seed), ModelConfigReader::read);
    }
  }

  @Test
  void adapters_seeds_areReadOrRefused() throws IOException {
    Path copy = folder.resolve("adapter");
    Files.createDirectory(copy);
    List<Path> configs = seeds("adapterConfig_anyBytes_areReadOrRefused");
    List<Path> weights = seeds("adapterWeights_anyBytes_areReadOrRefused");
    assertThat(configs).hasSizeGreaterThan(5);
    assertThat(weights).hasSizeGreaterThan(3);
    for (Path seed : configs) {
      ModelFilesFuzzTest.readAdapter(copy, "adapter_config.json", Files.readAllBytes(seed));
    }
    for (Path seed : weights) {
      ModelFilesFuzzTest.readAdapter(copy, "adapter_model.safetensors", Files.readAllBytes(seed));
    }
  }

  @Test
  void quantized_seeds_areReadOrRefused() throws IOException {
    String inputs = "QuantizedFuzzTestInputs";
    List<Path> configs = seeds(inputs, "quantization_anyBytes_isReadOrRefused");
    List<Path> weights = seeds(inputs, "weights_anyBytes_areReadOrRefused");
    assertThat(configs).hasSizeGreaterThan(5);
    assertThat(weights).hasSizeGreaterThan(3);
    for (Path seed : configs) {
      QuantizedFuzzTest.readConfig(folder, Files.readAllBytes(seed));
    }
    for (Path seed : weights) {
      QuantizedFuzzTest.readWeights(folder, Files.readAllBytes(seed));
    }
  }
}
