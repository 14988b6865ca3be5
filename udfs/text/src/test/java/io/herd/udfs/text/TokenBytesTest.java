package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import io.herd.udfs.grammar.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of tokens against what the tokenizers library decodes. */
class TokenBytesTest {

  private static void assertDecodesAlike(Path folder) {
    Vocabulary vocabulary = Tokenizer.vocabulary(folder);
    SplittableRandom random = new SplittableRandom(1);
    int valid = 0;
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      assertThat(vocabulary.size()).isEqualTo(tokenizer.vocabularySize());
      for (int round = 0; round < 20_000; round++) {
        int length = 1 + random.nextInt(4);
        int[] ids = random.ints(length, 0, vocabulary.size()).toArray();
        String ours = text(vocabulary, ids);
        if (!ours.contains("\uFFFD")) { // a half character; constraints never leave one
          assertThat(tokenizer.decode(ids))
              .as("%s", IntStream.of(ids).boxed().toList())
              .isEqualTo(ours);
          valid++;
        }
      }
    }
    assertThat(valid).isGreaterThan(5_000);
  }

  private static String text(Vocabulary vocabulary, int... ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(vocabulary.tokens().get(id));
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    return vocabulary.dropsFirstSpace() && text.startsWith(" ") ? text.substring(1) : text;
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama2", "llama3"})
  void tokens_llamas_areTheBytesThatTheLibraryDecodes(String name) {
    assertDecodesAlike(Fixtures.folder(name));
  }

  @Test
  @Tag("real")
  void tokens_smolLm2s_areTheBytesThatTheLibraryDecodes() {
    assertDecodesAlike(Fixtures.realModel());
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama2", "llama3"})
  void tokens_special_areEmpty(String name) {
    Vocabulary vocabulary = Tokenizer.vocabulary(Fixtures.folder(name));
    TokenizerFile file = TokenizerFile.read(Fixtures.folder(name));
    assertThat(file.specials())
        .isNotEmpty()
        .allSatisfy(
            special -> assertThat(vocabulary.tokens().get(file.ids().get(special))).isEmpty());
  }

  @Test
  void tokens_unknownDecoder_isRefused(@TempDir Path folder) throws IOException {
    String json = Files.readString(Fixtures.folder("llama3").resolve("tokenizer.json"));
    int decoder = json.indexOf("\"decoder\"");
    String metaspace =
        json.substring(0, decoder) + json.substring(decoder).replaceFirst("ByteLevel", "Metaspace");
    Files.writeString(folder.resolve("tokenizer.json"), metaspace);
    assertThatThrownBy(() -> Tokenizer.vocabulary(folder))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("herd.format: the tokenizer's decoder is [Metaspace]");
  }
}
