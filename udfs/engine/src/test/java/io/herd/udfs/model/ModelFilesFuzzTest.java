package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    read(folder.resolve("model.safetensors"), content, folder -> Safetensors.open(WeightFiles.in(folder)));
  }

  @FuzzTest(maxDuration = "60s")
  void config_anyBytes_areReadOrRefused(byte[] content) throws IOException {
    read(folder.resolve("config.json"), content, ModelConfigReader::read);
  }
}
