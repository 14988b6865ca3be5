package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** As {@code ModelFilesFuzzTest}, for what a model says of text. */
class TextFilesFuzzTest {
  @TempDir private static Path folder;

  /** What native code is given of it afterwards isn't tried: its faults would end the fuzzer. */
  @FuzzTest(maxDuration = "60s")
  void tokenizer_anyBytes_areReadOrRefused(byte[] content) throws IOException {
    Path path = Files.write(folder.resolve("tokenizer.json"), content);
    try {
      TokenizerFile file = TokenizerFile.read(folder);
      assertThat(file.vocabularySize()).isNotNegative();
      TokenBytes.of(file);
      file.coded(new Specials(file.specials()));
    } catch (UserException refused) {
      assertThat(refused.getMessage()).containsAnyOf(path.toString(), "herd.format", "special tok");
    }
  }

  @FuzzTest(maxDuration = "60s")
  void tokenizerConfig_anyBytes_areReadOrRefused(byte[] content) throws IOException {
    Path path = Files.write(folder.resolve("tokenizer_config.json"), content);
    try {
      ChatTemplate.read(folder);
    } catch (UserException refused) {
      assertThat(refused.getMessage()).contains(path.toString());
    }
  }
}
