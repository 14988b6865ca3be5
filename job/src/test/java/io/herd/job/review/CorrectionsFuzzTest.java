package io.herd.job.review;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Any bytes as the file that a person edits. */
class CorrectionsFuzzTest {
  @TempDir private static Path folder;

  @FuzzTest(maxDuration = "60s")
  void corrections_anyBytes_areReadOrRefused(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("look.csv"), content);
    read(file);
  }

  static void read(Path file) {
    try {
      Corrections read = Corrections.read(file);
      assertThat(read.rows().size()).isLessThanOrEqualTo((int) read.lines());
      assertThat(read.rows().values())
          .allSatisfy(right -> assertThat(right.label()).isNotBlank().hasSizeLessThan(1_001));
    } catch (UserException refused) {
      assertThat(refused.getMessage()).contains(file.toString()).hasSizeLessThan(10_000);
    }
  }
}
