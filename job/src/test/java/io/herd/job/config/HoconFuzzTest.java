package io.herd.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.herd.udfs.UserException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a configuration file holds: it is read, or its problems are listed. In a build only the
 * seeds are tried; with {@code JAZZER_FUZZ=1 ... -Dexcluded.tests=real} Jazzer looks for more.
 */
class HoconFuzzTest {
  @TempDir private static Path folder;

  @FuzzTest(maxDuration = "60s")
  void configuration_anyText_isReadOrItsProblemsAreListed(byte[] content) {
    tried(folder, new String(content, StandardCharsets.UTF_8));
  }

  static void tried(Path folder, String text) {
    try {
      assertThat(new ConfigurationFile(folder).read(text)).isNotNull();
    } catch (UserException refused) {
      assertThat(refused.getMessage()).containsAnyOf("run.conf", "herd.", "override");
    }
  }
}
