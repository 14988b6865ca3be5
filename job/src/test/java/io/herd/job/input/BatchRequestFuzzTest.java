package io.herd.job.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Any bytes as a line of a batch file. */
class BatchRequestFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void request_anyText_isReadOrRefused(byte[] content) {
    read(new String(content, StandardCharsets.UTF_8));
  }

  /** What is read is whole, and what isn't has a short reason. */
  static void read(String line) {
    BatchRequest request = BatchRequest.of(line);
    String problem = request.settings().problem();
    if (problem == null) {
      assertThat(request.customId()).hasSizeLessThan(1_001);
      assertThat(request.messages() == null).isNotEqualTo(request.prompt() == null);
      assertThat(request.settings().text()).startsWith("{");
    } else {
      assertThat(problem).isNotBlank().hasSizeLessThan(400);
      assertThat(request.messages()).isNull();
    }
  }
}
