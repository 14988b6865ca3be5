package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.herd.udfs.TinyRandom;
import io.herd.udfs.UserException;
import io.herd.udfs.checkpoint.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a model's files hold: they are read, or refused by their name. In a build only the seeds
 * are tried; with {@code JAZZER_FUZZ=1 ... -Dexcluded.tests=real} Jazzer looks for more.
 */
class ModelFilesFuzzTest {
  @TempDir private static Path folder;

  interface Reader {
    void read(Path folder);
  }

  static void read(Path file, byte[] content, Reader reader) throws IOException {
    Files.write(file, content);
    try {
      reader.read(file.getParent());
    } catch (UserException refused) {
      assertThat(refused.getMessage()).contains(file.toString()).hasSizeLessThan(2_000);
    }
  }

  @FuzzTest(maxDuration = "60s")
  void safetensors_anyBytes_areReadOrRefused(byte[] content) throws IOException {
    read(
        folder.resolve("model.safetensors"),
        content,
        folder -> Safetensors.open(WeightFiles.in(folder)));
  }

  @FuzzTest(maxDuration = "60s")
  void config_anyBytes_areReadOrRefused(byte[] content) throws IOException {
    read(folder.resolve("config.json"), content, ModelConfigReader::read);
  }

  /** One file of an adapter, the other of which is whole. */
  static void readAdapter(Path folder, String name, byte[] content) throws IOException {
    for (String each : List.of("adapter_config.json", "adapter_model.safetensors")) {
      Files.write(
          folder.resolve(each),
          each.equals(name)
              ? content
              : Files.readAllBytes(AdaptersTest.ADAPTERS.resolve("names").resolve(each)));
    }
    ModelFolder adapted =
        new ModelFolder(
            TinyRandom.folder(TinyRandom.GROUPED), List.of(new ModelFolder.Adapter(folder, 1)));
    try {
      LlamaModel.checkAdapters(adapted);
    } catch (UserException refused) {
      assertThat(refused.getMessage()).contains(folder.toString()).hasSizeLessThan(2_000);
    }
  }

  @FuzzTest(maxDuration = "60s")
  void adapterConfig_anyBytes_areReadOrRefused(byte[] content) throws IOException {
    readAdapter(folder, "adapter_config.json", content);
  }

  @FuzzTest(maxDuration = "60s")
  void adapterWeights_anyBytes_areReadOrRefused(byte[] content) throws IOException {
    readAdapter(folder, "adapter_model.safetensors", content);
  }
}
