package io.herd.udfs.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.herd.udfs.UserException;
import java.nio.charset.StandardCharsets;

/** As {@code ModelFilesFuzzTest}, for schemas and regular expressions. */
class SchemaFuzzTest {

  @FuzzTest(maxDuration = "60s")
  void schema_anyText_isTakenOrRefused(byte[] content) {
    Format format = Format.jsonSchema(new String(content, StandardCharsets.UTF_8));
    try {
      assertThat(format.texts().getNumStates()).isLessThanOrEqualTo(Languages.MOST_STATES);
      assertThat(format.column().orElseThrow().ddl()).isNotEmpty();
      assertThat(format.warnings()).isNotNull();
    } catch (UserException refused) {
      assertThat(refused.getMessage()).contains("herd.format");
    }
  }

  @FuzzTest(maxDuration = "60s")
  void regex_anyText_isTakenOrRefused(byte[] content) {
    Format format = Format.regex(new String(content, StandardCharsets.UTF_8));
    try {
      assertThat(format.texts().getNumStates()).isLessThanOrEqualTo(Languages.MOST_STATES);
    } catch (UserException refused) {
      assertThat(refused.getMessage()).contains("herd.format");
    }
  }
}
